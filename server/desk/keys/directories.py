"""Issuing the signed directory: which keys reports are sealed to, and which relays take them.

Spec: docs/spec/directory.md
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schemas.constants import DEFAULT_RECIPIENTS
from schemas.domain.directory import BridgeLine, Directory, Policy, RecipientRecord
from schemas.domain.ids import BoardKey, RelayKey
from schemas.envelope.keys import week_of
from schemas.envelope.signing import sign_directory, unpack_directory
from schemas.wire.directory import decode_directory, encode_directory
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys.app_release import app_release
from server.desk.keys.forms import forms_version, own_forms
from server.desk.keys.identities import make_ahead
from server.desk.keys.keyring import Keyring
from server.desk.keys.models import DirectoryRow, RelayRow, WeeklyIdentityRow
from server.desk.keys.profile import ROOT, board_public, profile, signing_key
from server.desk.keys.sms import sms_number

LEAST_WEEKS_AHEAD: Final = 20
"""Under so many weeks ahead a new directory is issued: phones that sync monthly keep up."""


def newest(session: Session) -> DirectoryRow | None:
    """Give the newest directory, or None before the first."""
    return session.execute(
        select(DirectoryRow).order_by(DirectoryRow.version.desc()).limit(1)
    ).scalar_one_or_none()


def issue(session: Session, ring: Keyring, taxonomy_version: str) -> int:
    """Sign a new directory with everything that is true now.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        taxonomy_version: Of the framework that the desk codes with.

    Returns:
        Its version.
    """
    make_ahead(session, ring)
    session.flush()
    before = newest(session)
    version = 1 if before is None else before.version + 1
    directory = _directory(session, version, taxonomy_version)
    signed = sign_directory(signing_key(session, ring, ROOT), encode_directory(directory))
    session.add(
        DirectoryRow(
            version=version,
            signed=signed,
            last_week=directory.recipients[-1].week,
            issued_on=directory.issued,
            expires_on=directory.expires,
        )
    )
    append(session, "desk", "directory.issue", "desk", {"version": version})
    session.flush()
    return version


def issue_if_due(session: Session, ring: Keyring, taxonomy_version: str) -> bool:
    """Issue a new directory when the newest is short of weeks, or says what is true no longer.

    Args:
        session: A writing session; the caller commits.
        ring: An unlocked keyring.
        taxonomy_version: Of the framework that the desk codes with.

    Returns:
        Whether one was issued.
    """
    before = newest(session)
    if before is not None and not _out_of_date(session, before):
        return False
    issue(session, ring, taxonomy_version)
    return True


def _out_of_date(session: Session, row: DirectoryRow) -> bool:
    if row.last_week - week_of(now()) < LEAST_WEEKS_AHEAD:
        return True
    _, plain_json = unpack_directory(row.signed)
    directory = decode_directory(plain_json)
    if directory.forms_version != forms_version(session):
        return True
    if directory.policy.sms_number != sms_number(session):
        return True
    pinned = app_release(session)
    if (directory.app_release, directory.app_file) != (pinned.release, pinned.one_file):
        return True
    named = {(line.url, line.relay_key) for line in directory.relays}
    return named != {(one.url, one.relay_key) for one in listed_relays(session)}


def _directory(session: Session, version: int, taxonomy_version: str) -> Directory:
    desk, pinned = profile(session), app_release(session)
    today = now().date()
    return Directory(
        version=version,
        issued=today,
        expires=today + timedelta(weeks=DEFAULT_RECIPIENTS),
        desk_id=desk.desk_id,
        name=desk.name,
        recipients=_recipients(session),
        board_key=BoardKey(board_public(session)),
        relays=tuple(
            BridgeLine(row.url, RelayKey(row.relay_key)) for row in listed_relays(session)
        ),
        taxonomy_version=taxonomy_version,
        policy=Policy(grace_days=desk.grace_days, sms_number=sms_number(session)),
        forms_version=forms_version(session),
        forms=own_forms(session),
        app_release=pinned.release,
        app_file=pinned.one_file,
    )


def _recipients(session: Session) -> tuple[RecipientRecord, ...]:
    this_week = week_of(now())
    rows = session.execute(
        select(WeeklyIdentityRow)
        .where(WeeklyIdentityRow.week >= this_week, WeeklyIdentityRow.sealed_secret.is_not(None))
        .order_by(WeeklyIdentityRow.week)
        .limit(DEFAULT_RECIPIENTS)
    ).scalars()
    return tuple(RecipientRecord(row.week, row.public) for row in rows)


def listed_relays(session: Session) -> list[RelayRow]:
    """List the relays that phones are told of."""
    return list(
        session.execute(
            select(RelayRow)
            .where(RelayRow.in_directory.is_(True), RelayRow.retired_at.is_(None))
            .order_by(RelayRow.id)
        ).scalars()
    )
