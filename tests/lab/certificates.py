"""A test authority and its certificates: ECDSA P-256, one link of chain, as small as real ones.

OpenSSL's own program makes them, because the laboratory needs no library for it; they live in a
cell's folder and are trusted by nothing but the cell's subjects.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.lab.children import run

_DAYS: Final = "30"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a certificate.

    Attributes:
        chain: Certificate as PEM.
        key: Its private key as PEM.
    """

    chain: Path
    key: Path


def make_authority(folder: Path, name: str = "lab") -> Certificate:
    """Make an authority."""
    made = Certificate(folder / f"{name}-ca.pem", folder / f"{name}-ca.key")
    _key(made.key)
    run(
        *("openssl", "req", "-x509", "-new", "-key", str(made.key), "-days", _DAYS),
        *("-subj", f"/CN={name} authority", "-out", str(made.chain)),
        *("-addext", "keyUsage=critical,keyCertSign"),
    )
    return made


def make_certificate(folder: Path, authority: Certificate, host: str) -> Certificate:
    """Make a certificate for a host, signed by an authority."""
    made = Certificate(folder / f"{host}.pem", folder / f"{host}.key")
    request, extra = folder / f"{host}.csr", folder / f"{host}.ext"
    _key(made.key)
    run(
        *("openssl", "req", "-new", "-key", str(made.key)),
        *("-subj", f"/CN={host}", "-out", str(request)),
    )
    extra.write_text(
        f"subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n"
    )
    run(
        *("openssl", "x509", "-req", "-in", str(request), "-days", _DAYS),
        *("-CA", str(authority.chain), "-CAkey", str(authority.key), "-CAcreateserial"),
        *("-extfile", str(extra), "-out", str(made.chain)),
    )
    return made


def _key(path: Path) -> None:
    run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path))
    path.chmod(0o600)
