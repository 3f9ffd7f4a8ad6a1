"""Tables of credentials, signing keys, identities, directories and relays."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.desk.db import Row, UtcDateTime


class CredentialSlotRow(Row):
    """The storage key, wrapped under one credential: `passphrase`, or a person's id."""

    __tablename__ = "credential_slot"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoverySetRow(Row):
    """A set of recovery sheets; `state` moves as `server.desk.keys.recovery_states` allows."""

    __tablename__ = "recovery_set"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    mark: Mapped[int] = mapped_column(Integer)
    needed: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rehearsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoverySheetRow(Row):
    """One sheet of a set; its words lie here, sealed, until they are shown the one time."""

    __tablename__ = "recovery_sheet"

    set_id: Mapped[int] = mapped_column(ForeignKey("recovery_set.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskProfileRow(Row):
    """What this desk is: one row, made once."""

    __tablename__ = "desk_profile"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    desk_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    founding_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    grace_days: Mapped[int] = mapped_column(Integer)
    founded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SmsNumberRow(Row):
    """Where reporters' text messages go: one row, or none while the desk takes none."""

    __tablename__ = "sms_number"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[str] = mapped_column(String(16))


class FormRow(Row):
    """A form as the desk published it; those without an end are in force."""

    __tablename__ = "form"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    version: Mapped[int] = mapped_column(BigInteger, unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AppReleaseRow(Row):
    """The release of the phone app that this desk stands for: one row, or none."""

    __tablename__ = "app_release"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    release: Mapped[str] = mapped_column(String(64))
    one_file: Mapped[str] = mapped_column(String(64))


class SigningKeyRow(Row):
    """A signing key of the desk: `root` or `board`, its secret sealed."""

    __tablename__ = "signing_key"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)


class WeeklyIdentityRow(Row):
    """The identity of one week; without its secret once its grace is over."""

    __tablename__ = "weekly_identity"

    week: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DirectoryRow(Row):
    """One issue of the signed directory."""

    __tablename__ = "directory_issue"

    version: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    last_week: Mapped[int] = mapped_column(Integer)
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date] = mapped_column(Date)


class RelayRow(Row):
    """A relay that this desk uses, and the key its receipts are signed with."""

    __tablename__ = "relay"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(512), unique=True)
    relay_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    in_directory: Mapped[bool] = mapped_column(Boolean, default=True)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RelayChannelRow(Row):
    """A line to a relay that is given out by one channel and stands in no directory."""

    __tablename__ = "relay_channel"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    relay_id: Mapped[int] = mapped_column(ForeignKey("relay.id"))
    label: Mapped[str] = mapped_column(String(32))
    url: Mapped[str] = mapped_column(String(512), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
