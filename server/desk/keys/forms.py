"""The desk's own forms: kept as they were published, so that every old answer finds its question.

Theory of operation: a form is never changed. Publishing one with a key that is known puts a new
version in its place; withdrawing it lets the form that comes with the app stand again. The next
directory carries what is in force, and phones ask by it from then on.

Spec: docs/spec/forms.md section 5
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from schemas.constants import FIRST_DESK_FORM_VERSION, MAX_FORMS
from schemas.domain.forms import Form
from schemas.errors import FormError
from schemas.forms import BUNDLED_KEYS, bundled, bundled_document
from schemas.wire import canonical
from schemas.wire.forms import decode_form, form_of
from server.desk.audit.store import append
from server.desk.context import now
from server.desk.keys.errors import KeysError
from server.desk.keys.models import FormRow


@dataclass(frozen=True, slots=True)
class Edition:
    """A form as it was published once.

    Attributes:
        ended_at: When another took its place or it was withdrawn; None while it is in force.
    """

    document: dict[str, Any]
    published_at: datetime
    ended_at: datetime | None

    @property
    def version(self) -> int:
        """Give the version that answers name."""
        return int(self.document["version"])


class FormsError(KeysError):
    """A form cannot be published or withdrawn; the text says why."""


def own_forms(session: Session) -> tuple[bytes, ...]:
    """Give the desk's form documents that are in force, as canonical JSON, oldest key first."""
    rows = session.execute(
        select(FormRow).where(FormRow.ended_at.is_(None)).order_by(FormRow.id)
    ).scalars()
    return tuple(row.document for row in rows)


def forms_version(session: Session) -> int:
    """Count the changes, from 1."""
    published, ended = session.execute(
        select(func.count(FormRow.id), func.count(FormRow.ended_at))
    ).one()
    return 1 + int(published) + int(ended)


def numbered(session: Session, document: Mapping[str, object]) -> Form:
    """Give a form as it would be published: with the next number as its version.

    Args:
        session: Any session.
        document: A form document; its `version` may be left out.

    Raises:
        FormsError: It breaks a rule of forms.md, or there would be too many.
    """
    number = session.execute(select(func.count(FormRow.id))).scalar_one()
    try:
        form = form_of({**document, "version": FIRST_DESK_FORM_VERSION + number})
    except FormError as error:
        raise FormsError(str(error)) from error
    others = [one for one in own_forms(session) if decode_form(one).key != form.key]
    if len(others) >= MAX_FORMS:
        raise FormsError(f"a desk has at most {MAX_FORMS} forms of its own: withdraw one first")
    return form


def publish_form(session: Session, document: Mapping[str, object], actor: str) -> Form:
    """Put a form into force; the next directory carries it.

    Args:
        session: A writing session; the caller commits.
        document: As for `numbered`.
        actor: Who publishes it.

    Raises:
        FormsError: As `numbered`.
    """
    form = numbered(session, document)
    _end(session, form.key)
    plain_json = canonical.encode({**document, "version": form.version})
    session.add(
        FormRow(key=form.key, version=form.version, document=plain_json, published_at=now())
    )
    append(session, actor, "form.publish", f"form:{form.key}", {"version": form.version})
    session.flush()
    return form


def withdraw_form(session: Session, key: str, actor: str) -> None:
    """Take the desk's form of a key out of force.

    Raises:
        FormsError: The desk has none of this key.
    """
    if not _end(session, key):
        raise FormsError("the desk has no form of its own with this key: see `desk forms list`")
    append(session, actor, "form.withdraw", f"form:{key}", {})
    session.flush()


def document_in_force(session: Session, key: str) -> dict[str, Any] | None:
    """Give the document that phones ask by for a key, the desk's own or the bundled one."""
    row = session.execute(
        select(FormRow).where(FormRow.key == key, FormRow.ended_at.is_(None))
    ).scalar_one_or_none()
    if row is not None:
        return _document(row)
    return bundled_document(key) if key in BUNDLED_KEYS else None


def editions(session: Session, key: str) -> tuple[Edition, ...]:
    """List what the desk has published under a key, the newest first."""
    rows = session.execute(
        select(FormRow).where(FormRow.key == key).order_by(FormRow.version.desc())
    ).scalars()
    return tuple(Edition(_document(row), row.published_at, row.ended_at) for row in rows)


def own_keys(session: Session) -> tuple[str, ...]:
    """List every key under which the desk has ever published, in or out of force."""
    rows = session.execute(select(FormRow.key).group_by(FormRow.key).order_by(func.min(FormRow.id)))
    return tuple(rows.scalars())


def _document(row: FormRow) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(row.document)
    return document


def form_named(session: Session, key: str, version: int) -> Form | None:
    """Find the form that answers name, in force or not; None when it was never here."""
    for form in bundled():
        if (form.key, form.version) == (key, version):
            return form
    row = session.execute(
        select(FormRow).where(FormRow.key == key, FormRow.version == version)
    ).scalar_one_or_none()
    return None if row is None else decode_form(row.document)


def _end(session: Session, key: str) -> bool:
    ended = (
        update(FormRow)
        .where(FormRow.key == key, FormRow.ended_at.is_(None))
        .values(ended_at=now())
        .returning(FormRow.id)
    )
    return bool(session.execute(ended).all())
