"""The release of the phone app that this desk stands for.

Theory of operation: phones take an update, and believe what runs, by what the desk's root signed.
So somebody at the desk builds the app from its sources, or asks somebody they trust for the hashes,
and pins them here; the next directory carries them, and the invites show the hash of the one file.

Spec: docs/spec/release.md section 2
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from schemas.wire.release import Release
from server.desk.audit.store import append
from server.desk.keys.models import AppReleaseRow

_GROUP = 4
"""Characters that a person compares at a glance."""


@dataclass(frozen=True, slots=True)
class PinnedRelease:
    """What the directory says; both empty while the desk stands for none.

    Attributes:
        release: SHA-256 over the app's files, hex.
        one_file: SHA-256 of the app as one file, hex.
    """

    release: str = ""
    one_file: str = ""


def app_release(session: Session) -> PinnedRelease:
    """Give the release that this desk stands for."""
    row = session.get(AppReleaseRow, 1)
    return PinnedRelease() if row is None else PinnedRelease(row.release, row.one_file)


def pin_release(session: Session, release: Release | None, actor: str) -> None:
    """Stand for a release, or for none; the next directory says so.

    Args:
        session: A writing session; the caller commits.
        release: What a build says of itself.
        actor: Who decides.
    """
    row = session.get(AppReleaseRow, 1)
    if row is not None:
        session.delete(row)
        session.flush()
    if release is not None:
        session.add(AppReleaseRow(id=1, release=release.release, one_file=release.one_file_sha256))
    detail: dict[str, str | int] = {} if release is None else {"release": release.release}
    append(session, actor, "desk.release", "desk", detail)
    session.flush()


def in_groups(digest: str) -> str:
    """Write a hash so that two people can compare it aloud."""
    return " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
