"""The page that lies in every folder of evidence and says how to check it."""

from typing import Final

README: Final = """\
EVIDENCE FROM AN EARLY-WARNING DESK

What lies here
  manifest.json     names every file with its SHA-256, where it comes from, and what was made of it
  manifest.sig      the desk's signature of manifest.json (Ed25519, 64 bytes)
  desk.pem          the public key that made the signature
  originals/        files as they came, byte for byte; handle them as what strangers send
  derivatives/      copies made from them with areas painted over, and texts with words left out
  report.json       what the reporter wrote
  custody.jsonl     who had the report and its files: entries of the desk's audit log
A folder made for sharing holds the derivatives only.

How to check it with standard tools
  1. The signature:
       openssl pkeyutl -verify -pubin -inkey desk.pem -rawin -in manifest.json -sigfile manifest.sig
  2. Each file: compare   sha256sum FILE   with "sha256" of that file in manifest.json.
  3. Each line of custody.jsonl holds the text of an entry and its SHA-256:
       head -n 1 custody.jsonl | jq -j .entry | sha256sum
  Or all of it at once, with Python alone:   python verify_evidence.py FOLDER --key HEX

What the checks show, and what they do not
  They show that nobody without the desk's key changed the folder since it was made. Whose key
  desk.pem is they cannot show: ask the desk by another way for the 64 digits and compare them.
  The SHA-256 of an original was made on the reporter's phone before the file was sent. That the
  picture is true, and when and where it was taken, no hash can show; notes inside of a file can
  be written by anybody. The custody list holds the desk's own entries about this report; whether
  entries are missing shows only in the whole audit log, which the desk exports apart.
  People are named by numbers here. The desk knows who they are.
"""
