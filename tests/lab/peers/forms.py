"""An OpenRosa submission: its XML, its multipart body, and what a server reads in it.

Source: the OpenRosa form submission API and metadata schema (docs/peers.md)
"""

import re
from typing import Final

from tests.lab.peers.job import Job

OPENROSA_VERSION: Final = "1.0"
XML_PART: Final = "xml_submission_file"
NAMESPACE: Final = "http://openrosa.org/xforms"
_PRINTABLE: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
_INSTANCE: Final = re.compile(rb"<(?:\w+:)?instanceID>([^<]+)</(?:\w+:)?instanceID>")
_DEPRECATED: Final = re.compile(rb"<(?:\w+:)?deprecatedID>([^<]+)</(?:\w+:)?deprecatedID>")
_BOUNDARY: Final = re.compile(r'boundary="?([^";]+)"?')


def submission_of(job: Job, number: int) -> bytes:
    """Write one filled form of exactly the job's size, name space and metadata included.

    The answer is drawn from 64 characters, so that nothing is gained by compressing it beyond a
    quarter; an encrypted form would be larger by a third.
    """
    noise = job.report(number)
    head = (
        f'<data id="report" version="1" xmlns:orx="{NAMESPACE}"><orx:meta><orx:instanceID>'
        f"uuid:{noise[:16].hex()}</orx:instanceID></orx:meta><text>"
    ).encode()
    tail = b"</text></data>"
    text = noise.translate(bytes(_PRINTABLE[byte % len(_PRINTABLE)] for byte in range(256)))
    return head + text[: job.size_bytes - len(head) - len(tail)] + tail


def multipart(xml: bytes, boundary: str) -> bytes:
    """Wrap a submission as the one part of a form.

    Args:
        xml: The submission.
        boundary: Must not occur in it.
    """
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{XML_PART}"; filename="report.xml"\r\n'
        "Content-Type: text/xml\r\n"
        f"Content-Length: {len(xml)}\r\n\r\n"
    )
    return head.encode() + xml + f"\r\n--{boundary}--\r\n".encode()


def read_submission(content_type: str, body: bytes) -> bytes | None:
    """Take the submission out of a form.

    Returns:
        The XML, or None when the body holds none.
    """
    found = _BOUNDARY.search(content_type)
    if not content_type.startswith("multipart/form-data") or found is None:
        return None
    for part in body.split(b"--" + found[1].encode()):
        head, _, content = part.partition(b"\r\n\r\n")
        if f'name="{XML_PART}"'.encode() in head:
            return content.removesuffix(b"\r\n")
    return None


def instance_of(xml: bytes) -> tuple[str, str | None]:
    """Read whose submission this is, and which older one it takes the place of.

    Returns:
        instanceID, "" where there is none, and deprecatedID or None.
    """
    own, old = _INSTANCE.search(xml), _DEPRECATED.search(xml)
    return own[1].decode() if own else "", old[1].decode() if old else None
