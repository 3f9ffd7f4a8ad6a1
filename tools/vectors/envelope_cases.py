"""Blobs that open, blobs that must not, and seals with known randomness."""

import zlib
from dataclasses import dataclass

from schemas.constants import AEAD_TAG_BYTES, CONTEXT_AUTHOR
from schemas.domain.directory import BackupRecord, RecipientRecord
from schemas.domain.ids import DeskId
from schemas.envelope import primitives
from schemas.envelope.keys import DerivedKeys, Identity, SigningKey, derive_keys, desk_id_of
from schemas.envelope.padding import deflate, pad
from schemas.envelope.sealing import body_keys, commitment, envelope_id, seal
from tools.vectors.case import Case, SeededEntropy, bad, flipped, good, seeded

WEEK = 2969
DESK_ID = desk_id_of(seeded("root"))
DESK = Identity(WEEK, seeded("desk week"))
NEXT = Identity(WEEK + 1, seeded("desk next week"))
BACKUP = Identity(None, seeded("desk backup"))
STRANGER = Identity(WEEK, seeded("stranger"))
AUTHOR = SigningKey(seeded("author"))
TEXT = b'{"category":"attack","text":"Three trucks came at night."}'


def identity_fields(identity: Identity) -> dict[str, object]:
    """Write an identity as the vectors do."""
    return {"week": identity.week, "secret": identity.secret.hex(), "slots": identity.slots}


def key_fields(keys: DerivedKeys) -> dict[str, object]:
    """Write the derived keys as the vectors do."""
    return {
        "ack_key": keys.ack.hex(),
        "mbx_key": keys.mailbox.hex(),
        "reply_key": keys.reply.hex(),
    }


@dataclass(frozen=True)
class Parts:
    """A blob taken apart, so that one part can be wrong."""

    inner: bytes
    bucket_bytes: int = 1024
    commit: bytes | None = None
    padded: bytes | None = None
    desk_id: DeskId = DESK_ID
    publics: tuple[bytes, ...] = (DESK.public, BACKUP.public)

    def blob(self, name: str) -> bytes:
        """Put the parts together with randomness of the case's own."""
        entropy = SeededEntropy(name)
        cek = entropy(32)
        slots = b"".join(primitives.seal_to(public, cek, entropy) for public in self.publics)
        head = slots + (commitment(cek) if self.commit is None else self.commit)
        room = self.bucket_bytes - len(head) - AEAD_TAG_BYTES
        key, nonce = body_keys(cek)
        padded = pad(self.inner, room) if self.padded is None else self.padded
        return head + primitives.aead_seal(key, nonce, self.desk_id + head, padded)


def _signed_inner(name: str, text: bytes, context: str = CONTEXT_AUTHOR) -> bytes:
    cek = SeededEntropy(name)(32)
    sig = AUTHOR.sign(context, DESK_ID, commitment(cek), text)
    return b"\x01\x01" + AUTHOR.public + sig + deflate(text)


def _open_fields(blob: bytes, *identities: Identity) -> dict[str, object]:
    return {
        "desk_id": DESK_ID.hex(),
        "identities": [identity_fields(identity) for identity in identities or (DESK, BACKUP)],
        "blob": blob.hex(),
    }


def _opens(
    name: str,
    parts: Parts,
    text: bytes,
    *identities: Identity,
    author: bytes | None = None,
    week: int | None = WEEK,
) -> Case:
    blob = parts.blob(name)
    cek = SeededEntropy(name)(32)
    out = {
        "id": envelope_id(blob).hex(),
        "json": text.decode("utf-8"),
        "author": author.hex() if author else None,
        "week": week,
        **key_fields(derive_keys(cek)),
    }
    return good(name, "open", _open_fields(blob, *identities), out)


def _seals(
    name: str,
    text: bytes,
    backup: BackupRecord | None,
    author: SigningKey | None,
    slots: int = 2,
    smallest_bytes: int = 1024,
) -> Case:
    entropy = SeededEntropy(name)
    recipient = RecipientRecord(WEEK, DESK.public, slots=slots)
    sealed = seal(
        text,
        recipient=recipient,
        desk_id=DESK_ID,
        backup=backup,
        author=author,
        smallest_bytes=smallest_bytes,
        entropy=entropy,
    )
    given = _seal_fields(text, recipient, backup, author, smallest_bytes)
    given["deflated"] = deflate(text).hex()
    given["entropy"] = bytes(entropy.given).hex()
    out = {"blob": sealed.blob.hex(), "id": sealed.id.hex(), **key_fields(sealed.keys)}
    return good(name, "seal", given, out)


def _seal_fields(
    text: bytes,
    recipient: RecipientRecord,
    backup: BackupRecord | None,
    author: SigningKey | None,
    smallest_bytes: int,
) -> dict[str, object]:
    return {
        "json": text.decode("utf-8"),
        "desk_id": DESK_ID.hex(),
        "recipient": {
            "week": recipient.week,
            "suite": recipient.suite,
            "slots": recipient.slots,
            "key": recipient.key.hex(),
        },
        "backup": {"suite": backup.suite, "key": backup.key.hex()} if backup else None,
        "author_seed": author.seed.hex() if author else None,
        "smallest_bytes": smallest_bytes,
    }


def _noise(size: int) -> bytes:
    """Give ASCII text that deflate cannot make small."""
    return b'{"text":"' + seeded("noise", size // 2).hex().encode() + b'"}'


def _refused_seals() -> list[Case]:
    recipient = RecipientRecord(WEEK, DESK.public)
    strange = RecipientRecord(WEEK, DESK.public, suite=2)
    strange_backup = BackupRecord(BACKUP.public, suite=9)
    small = BackupRecord(BACKUP.public)
    rows = [
        ("a suite we do not know", TEXT, strange, small, "unknown-suite"),
        ("a backup of another suite", TEXT, recipient, strange_backup, "unknown-suite"),
        (
            "text over 65536 bytes",
            b'{"text":"' + b"a" * 65536 + b'"}',
            recipient,
            small,
            "too-large",
        ),
        ("text that no bucket holds", _noise(40000), recipient, small, "too-large"),
    ]
    return [
        bad(name, "seal", _seal_fields(text, record, backup, None, 1024) | {"entropy": ""}, slug)
        for name, text, record, backup, slug in rows
    ]


def _opened() -> list[Case]:
    unsigned = b"\x01\x00" + deflate(TEXT)
    signed = "signed by an author"
    tight = b"\x01\x00" + deflate(_noise(2200))[:813]
    return [
        _opens("opened by the week's identity", Parts(unsigned), TEXT),
        _opens("opened by the backup identity", Parts(unsigned), TEXT, BACKUP, week=None),
        _opens("found among several weeks", Parts(unsigned), TEXT, NEXT, STRANGER, DESK),
        _opens(signed, Parts(_signed_inner(signed, TEXT)), TEXT, author=AUTHOR.public),
        _opens("a larger bucket than needed", Parts(unsigned, bucket_bytes=16384), TEXT),
        bad(
            "an inner that fills the smallest bucket but is no whole stream",
            "open",
            _open_fields(Parts(tight).blob("tight")),
            "bad-deflate",
        ),
    ]


def _refused_outside() -> list[Case]:
    """Refusals before the body is open."""
    blob = Parts(b"\x01\x00" + deflate(TEXT)).blob("outside")
    other_desk = Parts(b"\x01\x00" + deflate(TEXT), desk_id=desk_id_of(seeded("other root")))
    wrong_commit = Parts(b"\x01\x00" + deflate(TEXT), commit=seeded("other commit"))
    rows = [
        ("no bytes", b"", "bad-size"),
        ("one byte short of a bucket", blob[:-1], "bad-size"),
        ("one byte over a bucket", blob + b"\x00", "bad-size"),
        ("both slots spoilt", flipped(flipped(blob, 0), 80), "not-for-us"),
        ("a commitment to another key", wrong_commit.blob("commit"), "bad-commit"),
        ("one bit of the commitment flipped", flipped(blob, 160), "bad-commit"),
        ("one bit of the body flipped", flipped(blob, 500), "bad-body"),
        ("the last bit flipped", flipped(blob, -1), "bad-body"),
        ("one bit of the other slot flipped", flipped(blob, 100), "bad-body"),
        ("sealed to another desk's id", other_desk.blob("other desk"), "bad-body"),
    ]
    cases = [bad(name, "open", _open_fields(data), slug) for name, data, slug in rows]
    cases.append(bad("for somebody else", "open", _open_fields(blob, STRANGER), "not-for-us"))
    return cases


def _refused_inside() -> list[Case]:
    """Refusals of what an honest key sealed."""
    packed = deflate(TEXT)
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    huge = bomb.compress(b"a" * 65537) + bomb.flush()
    forged = "a signature over other words"
    room = 1024 - 2 * 80 - 32 - AEAD_TAG_BYTES
    spoilt = flipped(_signed_inner(forged, TEXT), 40)
    rows = [
        ("only zeros for padding", Parts(b"", padded=bytes(room)), "bad-padding"),
        (
            "no mark before the zeros",
            Parts(b"", padded=b"\x01" * 20 + bytes(room - 20)),
            "bad-padding",
        ),
        ("version 2", Parts(b"\x02\x00" + packed), "bad-version"),
        ("a reserved flag", Parts(b"\x01\x02" + packed), "bad-version"),
        ("an inner of one byte", Parts(b"\x01"), "bad-version"),
        (
            "an author's flag without room for a signature",
            Parts(b"\x01\x01" + b"a" * 50),
            "bad-version",
        ),
        ("not deflate", Parts(b"\x01\x00" + b"\xff" * 40), "bad-deflate"),
        ("a cut stream", Parts(b"\x01\x00" + packed[:-3]), "bad-deflate"),
        ("bytes after the stream", Parts(b"\x01\x00" + packed + b"x"), "bad-deflate"),
        ("an inflate bomb", Parts(b"\x01\x00" + huge), "bad-deflate"),
        (forged, Parts(spoilt), "bad-author"),
    ]
    return [bad(name, "open", _open_fields(p.blob(name)), slug) for name, p, slug in rows]


def cases() -> list[Case]:
    """List the cases of envelope.json."""
    backup = BackupRecord(BACKUP.public)
    arabic = '{"text":"جاءت ثلاث شاحنات ليلاً"}'.encode()
    sealed = [
        _seals("sealed to desk and backup", TEXT, backup, None),
        _seals("sealed with a dummy slot", TEXT, None, None),
        _seals("sealed with an author", arabic, backup, AUTHOR),
        _seals("sealed into four slots", TEXT, backup, None, slots=4),
        _seals("sealed into the policy's smallest bucket", TEXT, backup, None, smallest_bytes=4096),
        _seals("sealed into the largest bucket", _noise(20000), backup, AUTHOR),
    ]
    return sealed + _refused_seals() + _opened() + _refused_outside() + _refused_inside()
