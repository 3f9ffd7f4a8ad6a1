"""A relay that signs and drops: what is written down, and what a stranger's program says of it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from client_sync.errors import ClientError
from tests.support.client_world import World
from tools import verify_proof
from tools.verify_proof import BrokenProofError, verify


def _dropped(world: World) -> dict[str, Any]:
    """Have relay 0 drop a report that is then acknowledged by way of relay 1; give the proof."""
    world.write("kept by an honest relay")
    world.client.sync()
    world.desk.pull()
    world.relays[0].loses = True
    world.write("dropped")
    world.client.sync()
    world.relays[0].loses = False
    for _ in range(4):
        world.advance(hours=20)
        world.desk.publish([])
        world.client.sync()
    world.desk.pull()
    world.client.sync()
    assert set(world.states()) == {"acknowledged"}
    content: dict[str, Any] = json.loads(world.client.proof().text)
    return content


def test_a_dropped_report_is_proven_though_another_relay_brought_it(world: World) -> None:
    content = _dropped(world)
    (finding,) = verify(content)
    assert base64.urlsafe_b64decode(finding.relay_key + "=") == world.relays[0].key.public
    assert finding.acknowledged_day is not None
    assert finding.acknowledged_day >= finding.held_day + 2
    assert finding.tags_meanwhile > 0
    relays = {receipt["relay_key"] for receipt in content["receipts"]}
    assert len(relays) == 2


def test_a_report_nobody_has_yet_is_told_apart_from_one_that_came_late(world: World) -> None:
    world.write()
    world.client.sync()
    for _ in range(4):
        world.advance(hours=20)
        world.desk.publish([])
        world.client.sync()
    (finding,) = verify(json.loads(world.client.proof().text))
    assert finding.acknowledged_day is None
    assert finding.tags_meanwhile == 0


def test_with_one_relay_the_first_receipt_stays_proof(tmp_path: Path) -> None:
    world = World(tmp_path, relays=1)
    world.join()
    world.relays[0].loses = True
    world.write()
    world.client.sync()
    first_day = world.relays[0].day
    for _ in range(4):
        world.advance(hours=20)
        world.desk.publish([])
        world.client.sync()
    findings = verify(json.loads(world.client.proof().text))
    assert first_day in {finding.held_day for finding in findings}
    world.client.close()


def test_an_honest_relay_leaves_nothing_to_prove(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    proof = world.client.proof()
    assert (proof.missed, proof.relays, verify(json.loads(proof.text))) == (0, (), [])


def test_before_a_directory_there_is_nothing_to_prove(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.link.down = set(world.link.relays)
    world.join()
    with pytest.raises(ClientError, match="nothing to prove"):
        world.client.proof()
    world.client.close()


def _flip(text: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[-1] ^= 1
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _missed(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in content["receipts"] if one["is_missed"])
    return found


def _other_relay(content: dict[str, Any]) -> None:
    missed = _missed(content)
    others = {one["relay_key"] for one in content["receipts"]} - {missed["relay_key"]}
    missed["relay_key"] = others.pop()


def _other_ids(content: dict[str, Any]) -> None:
    missed = _missed(content)
    missed["ids"] = _flip(missed["ids"])


LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another kind of file": lambda content: content.update(proof="tocsin-proof-2"),
    "a receipt that was changed": lambda content: _missed(content).update(
        payload=_flip(_missed(content)["payload"])
    ),
    "a receipt of another relay": _other_relay,
    "a receipt for other blobs": _other_ids,
    "a blob the receipt does not name": lambda content: _missed(content).update(id="00" * 32),
    "a board that was changed": lambda content: content["pages"].__setitem__(
        0, _flip(content["pages"][0])
    ),
    "a board with a page left out": lambda content: content["pages"].pop(1),
    "a board that ends too early": lambda content: content.update(pages=content["pages"][:1]),
    "a board of another desk": lambda content: content.update(desk_id=_flip(content["desk_id"])),
    "no board": lambda content: content.update(pages=[]),
    "a field that is missing": lambda content: content.pop("board_key"),
    "no receipts at all but a word": lambda content: content.update(receipts="none"),
}


@pytest.mark.parametrize("lie", list(LIES))
def test_a_proof_that_was_tampered_with_does_not_hold(world: World, lie: str) -> None:
    content = _dropped(world)
    LIES[lie](content)
    with pytest.raises(BrokenProofError):
        verify(content)


def test_an_acknowledged_report_cannot_be_shown_as_dropped(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    world.client.sync()
    session = world.client._open()
    (blob_id,) = world.relays[0].seen
    with session.outbox.transaction():
        session.outbox.ledger.note_missed(blob_id)
    world.advance(hours=60)
    world.desk.publish([])
    world.client.sync()
    with pytest.raises(BrokenProofError, match="in time"):
        verify(json.loads(world.client.proof().text))


def test_the_verifier_reads_a_file_and_says_what_it_shows(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(_dropped(world)), "utf-8")
    assert verify_proof.main([str(path)]) == 0
    assert "1 receipts without an acknowledgement in time" in capsys.readouterr().out
    assert verify_proof.main([str(path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
    path.write_text("{}", "utf-8")
    assert verify_proof.main([str(path)]) == 1
    assert verify_proof.main([str(tmp_path / "none")]) == 1
    assert verify_proof.main([]) == 2
