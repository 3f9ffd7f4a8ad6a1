"""The vault file: fixed size, two copies, wrong passphrases, torn writes."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client_sync.composing import Answers, compose
from client_sync.errors import VaultDamagedError, VaultFullError, WrongPassphraseError
from client_sync.vault.container import (
    COPY_NAMES,
    FULL_COST,
    SMALL_COST,
    VAULT_BYTES,
    DerivationCost,
    VaultFile,
)
from client_sync.vault.contents import (
    Draft,
    KeptReport,
    VaultContents,
    decode_contents,
    encode_contents,
)
from schemas.domain.ids import ReportId
from schemas.domain.report import Reply
from schemas.domain.vocabulary import ReplyKind
from schemas.envelope.keys import DerivedKeys, SigningKey
from tests.support.client_world import CHEAP, NOW, Seeded


def _make(home: Path, content: bytes = b"first") -> VaultFile:
    return VaultFile.create(home, SESAME, content, CHEAP)


SESAME = "open sesame"


def _read(home: Path, passphrase: str = SESAME) -> bytes:
    return VaultFile.open(home, passphrase)[1]


def test_a_vault_gives_back_what_was_saved(tmp_path: Path) -> None:
    vault = _make(tmp_path)
    vault.save(b"second")
    assert _read(tmp_path) == b"second"


def test_the_size_says_nothing_about_the_content(tmp_path: Path) -> None:
    vault = _make(tmp_path, b"")
    sizes = {(tmp_path / name).stat().st_size for name in COPY_NAMES}
    vault.save(bytes(900_000))
    assert {(tmp_path / name).stat().st_size for name in COPY_NAMES} == sizes == {VAULT_BYTES}


def test_both_copies_forget_what_was_dropped(tmp_path: Path) -> None:
    vault = _make(tmp_path, b"a draft")
    vault.save(b"sealed")
    for name in COPY_NAMES:
        other = COPY_NAMES[1 - COPY_NAMES.index(name)]
        kept = (tmp_path / other).read_bytes()
        (tmp_path / other).unlink()
        assert _read(tmp_path) == b"sealed"
        (tmp_path / other).write_bytes(kept)


def test_a_wrong_passphrase_is_told_from_a_damaged_file(tmp_path: Path) -> None:
    _make(tmp_path)
    with pytest.raises(WrongPassphraseError, match="nothing was changed"):
        _read(tmp_path, "open sesam")
    for name in COPY_NAMES:
        raw = bytearray((tmp_path / name).read_bytes())
        raw[-1] ^= 1
        (tmp_path / name).write_bytes(raw)
    with pytest.raises(VaultDamagedError):
        _read(tmp_path)


def test_a_passphrase_may_be_composed_in_two_ways(tmp_path: Path) -> None:
    VaultFile.create(tmp_path, "caf\u00e9", b"x", CHEAP)
    assert _read(tmp_path, "cafe\u0301") == b"x"


@pytest.mark.parametrize("name", COPY_NAMES)
@pytest.mark.parametrize("left_bytes", [0, 30, 200, VAULT_BYTES - 1])
def test_a_copy_torn_by_a_crash_costs_nothing(tmp_path: Path, name: str, left_bytes: int) -> None:
    vault = _make(tmp_path, b"first")
    vault.save(b"second")
    with (tmp_path / name).open("r+b") as file:
        file.truncate(left_bytes)
    reopened, content = VaultFile.open(tmp_path, SESAME)
    assert content == b"second"
    reopened.save(b"third")
    assert _read(tmp_path) == b"third"


@settings(max_examples=40)
@given(position=st.integers(0, VAULT_BYTES - 1), which=st.sampled_from(COPY_NAMES))
def test_any_flipped_byte_in_one_copy_costs_nothing(
    tmp_path_factory: pytest.TempPathFactory, position: int, which: str
) -> None:
    home = tmp_path_factory.mktemp("vault")
    _make(home, b"content")
    with (home / which).open("r+b") as file:
        file.seek(position)
        byte = file.read(1)
        file.seek(position)
        file.write(bytes([byte[0] ^ 0x10]))
    assert _read(home) == b"content"
    for name in COPY_NAMES:
        (home / name).unlink()


def test_what_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    vault = _make(tmp_path)
    with pytest.raises(VaultFullError):
        vault.save(bytes(VAULT_BYTES))
    assert _read(tmp_path) == b"first"


def test_only_the_owner_may_read_the_vault(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _make(tmp_path)
    finally:
        os.umask(before)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in COPY_NAMES} == {0o600}


def test_the_costs_of_a_guess_stand_in_the_header(tmp_path: Path) -> None:
    assert (FULL_COST.memory_kib, FULL_COST.passes) == (65_536, 3)
    assert (SMALL_COST.memory_kib, SMALL_COST.passes) == (19_456, 2)
    VaultFile.create(tmp_path, "p", b"x", SMALL_COST)
    assert _read(tmp_path, "p") == b"x"


def test_a_header_that_asks_for_the_whole_memory_is_not_obeyed(tmp_path: Path) -> None:
    assert not DerivationCost(memory_kib=2**31, passes=1).is_sane
    _make(tmp_path)
    for name in COPY_NAMES:
        raw = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(raw[:8] + b"\xff" * 8 + raw[16:])
    with pytest.raises(WrongPassphraseError):
        _read(tmp_path)


def _full_contents() -> VaultContents:
    keys = DerivedKeys(b"a" * 32, b"m" * 32, b"r" * 32)
    reply = Reply(1, ReplyKind.QUESTION, "Where exactly?", "en", date(2026, 11, 24))
    report_id = ReportId("ab" * 32)
    draft = Draft(b"d" * 16, compose(Answers("cyber", "The phones are cut."), NOW))
    empty = VaultContents("tocsin1 ...", SigningKey(Seeded("author")(32)))
    kept = KeptReport(keys, b"p" * 16, date(2026, 11, 23))
    return (
        empty.with_report(report_id, kept)
        .with_reply(report_id, reply)
        .with_draft(draft)
        .with_directory(b"signed")
    )


def test_contents_come_back_as_they_were() -> None:
    contents = _full_contents()
    assert decode_contents(encode_contents(contents)) == contents


def test_a_second_copy_of_a_reply_changes_nothing() -> None:
    contents = _full_contents()
    (report_id,) = contents.reports
    (reply,) = contents.reports[report_id].replies
    assert contents.with_reply(report_id, reply) is contents


def test_contents_of_another_version_are_refused() -> None:
    raw = encode_contents(_full_contents()).replace(b'"v":1', b'"v":2')
    with pytest.raises(VaultDamagedError, match="another version"):
        decode_contents(raw)


def test_nothing_of_the_vault_prints_itself() -> None:
    contents = _full_contents()
    (kept,) = contents.reports.values()
    shown = repr([contents, kept, contents.drafts, kept.replies, kept.keys])
    assert "Where exactly" not in shown
    assert "phones" not in shown
