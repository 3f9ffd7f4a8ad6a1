"""A desk in memory that opens, joins chunks, acknowledges and replies with the real crypto."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from schemas.constants import DEFAULT_RECIPIENTS
from schemas.domain.directory import BackupRecord, BridgeLine, Directory, Policy
from schemas.domain.ids import BoardKey, EnvelopeId, ReportId, RootKey, report_id_of
from schemas.domain.report import Manifest, Reply, Report
from schemas.domain.vocabulary import AckStatus, ReplyKind
from schemas.envelope.chunks import chunk_tags, open_chunk
from schemas.envelope.derived import ack_tag, seal_reply
from schemas.envelope.entropy import Entropy
from schemas.envelope.keys import (
    DerivedKeys,
    Identity,
    SigningKey,
    day_of,
    desk_id_of,
    week_of,
)
from schemas.envelope.opening import Opener
from schemas.envelope.primitives import sha256
from schemas.envelope.sealing import envelope_id
from schemas.envelope.signing import FIRST_PREV, page_hash, sign_directory, sign_page
from schemas.envelope.tokens import token_hash, tokens_of
from schemas.errors import EnvelopeError
from schemas.wire.board import encode_page_body
from schemas.wire.directory import encode_directory
from schemas.wire.reply import encode_reply
from schemas.wire.report import decode_report
from tests.support.memory_relay import MemoryRelay


@dataclass
class MemoryDesk:
    """One desk. `opened` counts how often each report arrived as a new one: always once."""

    root: SigningKey
    board: SigningKey
    identities: list[Identity]
    backup: Identity
    now: datetime
    relays: list[MemoryRelay]
    entropy: Entropy
    version: int = 1
    opened: Counter[ReportId] = field(default_factory=Counter)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    keys: dict[ReportId, DerivedKeys] = field(default_factory=dict)
    chunks: dict[EnvelopeId, bytes] = field(default_factory=dict)
    pages: list[bytes] = field(default_factory=list)
    replies: Counter[ReportId] = field(default_factory=Counter)
    vouched: set[ReportId] = field(default_factory=set)
    policy: Policy = field(default_factory=Policy)

    @classmethod
    def make(cls, now: datetime, relays: list[MemoryRelay], entropy: Entropy) -> "MemoryDesk":
        """Found a desk with half a year of weekly identities."""
        first = week_of(now)
        weeks = range(first, first + DEFAULT_RECIPIENTS)
        desk = cls(
            root=SigningKey(entropy(32)),
            board=SigningKey(entropy(32)),
            identities=[Identity(week, entropy(32)) for week in weeks],
            backup=Identity(None, entropy(32)),
            now=now,
            relays=relays,
            entropy=entropy,
        )
        desk.push_directory()
        return desk

    @property
    def invite(self) -> BridgeLine:
        """The invite over the first relay."""
        bridge = self.relays[0].bridge
        return replace(bridge, root_key=RootKey(self.root.public), name="Desk of the north")

    def directory(self, **changes: object) -> Directory:
        """Give the directory, with some fields changed."""
        today = self.now.date()
        plain = Directory(
            version=self.version,
            issued=today,
            expires=today + timedelta(days=182),
            desk_id=desk_id_of(self.root.public),
            name="Desk of the north",
            recipients=tuple(identity.record() for identity in self.identities),
            board_key=BoardKey(self.board.public),
            relays=tuple(relay.bridge for relay in self.relays),
            taxonomy_version="un-2014-draft-0",
            policy=self.policy,
            backup=BackupRecord(self.backup.public),
        )
        return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Directory

    def signed_directory(self, **changes: object) -> bytes:
        """Give the directory signed."""
        return sign_directory(self.root, encode_directory(self.directory(**changes)))

    def push_directory(self, **changes: object) -> None:
        """Put the directory onto every relay."""
        for relay in self.relays:
            relay.directory = self.signed_directory(**changes)
            relay.directory_version = self.directory(**changes).version

    def pull(self) -> None:
        """Fetch, open, acknowledge on a new page, and purge what is kept here."""
        for relay in self.relays:
            self.take(relay.blobs.values())
            relay.purge(set(relay.blobs))
        verdicts = self._verdicts()
        self.publish(verdicts)
        self._vouch(report_id for report_id, status in verdicts if status is AckStatus.ACCEPTED)

    def take(self, blobs: Iterable[bytes]) -> None:
        """Open blobs from anywhere; what does not open is a chunk."""
        opener = Opener(desk_id_of(self.root.public), [*self.identities, self.backup])
        for blob in blobs:
            try:
                opened = opener.open(blob)
            except EnvelopeError:
                self.chunks[envelope_id(blob)] = blob
                continue
            report_id = report_id_of(opened.id)
            if report_id not in self.reports:
                self.opened[report_id] += 1
                self.reports[report_id] = decode_report(opened.plain_json)
                self.keys[report_id] = opened.keys

    def publish(self, verdicts: Iterable[tuple[ReportId, AckStatus]]) -> None:
        """Write the next board page and put it onto every relay."""
        tags = [ack_tag(self.keys[one].ack, status) for one, status in verdicts]
        prev = page_hash(self.pages[-1]) if self.pages else FIRST_PREV
        body = encode_page_body(len(self.pages) + 1, day_of(self.now), prev, tags)
        self.pages.append(sign_page(self.board, desk_id_of(self.root.public), body))
        for relay in self.relays:
            relay.pages = list(self.pages)

    def reply(self, report_id: ReportId, text: str) -> None:
        """Seal a reply into every relay's mailbox and announce it."""
        self.replies[report_id] += 1
        reply = Reply(self.replies[report_id], ReplyKind.REPLY, text, "en", date(2026, 11, 24))
        sealed = seal_reply(
            self.keys[report_id], week_of(self.now), encode_reply(reply), self.entropy
        )
        for relay in self.relays:
            relay.mail.append(sealed)
        self.publish([(report_id, AckStatus.REPLY_WAITING)])

    def file(self, manifest: Manifest) -> bytes | None:
        """Join an attachment; None while a chunk is missing or the hash differs."""
        by_tag = {blob[:16]: blob for blob in self.chunks.values()}
        tags = chunk_tags(manifest.key, manifest.chunk_count)
        if any(tag not in by_tag for tag in tags):
            return None
        parts = [
            open_chunk(manifest.key, index, manifest.chunk_count, by_tag[tag])
            for index, tag in enumerate(tags)
        ]
        joined = b"".join(parts)[: manifest.size_bytes]
        return joined if sha256(joined) == manifest.sha256 else None

    def _vouch(self, report_ids: Iterable[ReportId]) -> None:
        """Give every relay the hashes of the tokens of accepted reports, once."""
        for report_id in set(report_ids) - self.vouched:
            self.vouched.add(report_id)
            for relay in self.relays:
                secrets = tokens_of(self.keys[report_id].reply, relay.bridge.relay_key)
                relay.token_hashes |= {token_hash(secret) for secret in secrets}

    def _verdicts(self) -> list[tuple[ReportId, AckStatus]]:
        return [
            (
                report_id,
                AckStatus.ACCEPTED
                if all(self.file(item) is not None for item in report.attachments)
                else AckStatus.RECEIVED,
            )
            for report_id, report in self.reports.items()
        ]


def make_relay(name: str, now: datetime, entropy: Entropy) -> MemoryRelay:
    """Make a relay with a key of its own."""
    return MemoryRelay(SigningKey(entropy(32)), f"https://{name}.example.org/path", day_of(now))
