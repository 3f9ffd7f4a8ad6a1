"""Syncs against relays and a desk in memory that speak the real frames."""

from pathlib import Path

import pytest

from client_sync.sync.engine_working import MOST_RUN_FAILURES as MOST_FAILURES
from schemas.constants import POLL_CLASSES_BYTES
from schemas.domain.directory import Policy
from schemas.domain.vocabulary import AckStatus
from schemas.wire.classes import REQUEST_CLASSES_BYTES
from schemas.wire.frames import FrameType
from tests.support.client_world import Fate, World


def _photo(folder: Path, size: int = 40_000) -> Path:
    path = folder / "photo.jpg"
    path.write_bytes(bytes(n % 251 for n in range(size)))
    return path


def test_a_report_with_a_photo_goes_the_whole_way(world: World, tmp_path: Path) -> None:
    photo = _photo(tmp_path)
    report_id = world.write("Three trucks came.", photo)
    assert world.states() == ["queued"]
    first = world.client.sync()
    assert (first.sent, first.receipts, world.states()) == (4, 4, ["held"])
    world.desk.pull()
    second = world.client.sync()
    assert (second.acknowledged, world.states()) == (1, ["acknowledged"])
    (opened,) = world.desk.reports.values()
    assert opened.text == "Three trucks came."
    assert world.desk.file(opened.attachments[0]) == photo.read_bytes()
    assert world.client.status()[0].report_id == report_id


def test_a_relays_answer_alone_never_acknowledges(world: World) -> None:
    world.write()
    for _ in range(3):
        world.client.sync()
    assert world.states() == ["held"]


def test_two_reports_are_numbered_and_chained(world: World) -> None:
    first, second = world.write("one"), world.write("two")
    world.client.sync()
    world.desk.pull()
    by_text = {report.text: report for report in world.desk.reports.values()}
    assert (by_text["one"].seq, by_text["one"].prev) == (1, None)
    assert (by_text["two"].seq, by_text["two"].prev) == (2, first)
    assert second in world.desk.reports


def test_a_report_written_before_the_directory_is_sealed_when_it_comes(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    world.link.down = set(world.link.relays)
    world.join()
    assert world.write("early", _photo(tmp_path)) is None
    assert world.states() == ["draft"]
    world.link.down = set()
    result = world.client.sync()
    assert (result.drafts_sealed, world.states()) == (1, ["held"])
    world.desk.pull()
    (report,) = world.desk.reports.values()
    assert report.text == "early"
    assert world.desk.file(report.attachments[0]) is not None
    world.client.close()


def test_an_idle_poll_has_the_size_of_a_one_report_sync(world: World) -> None:
    world.relays[0].sizes.clear()
    world.client.sync()
    world.write()
    world.client.sync()
    poll_bytes, report_bytes = world.relays[0].sizes
    assert report_bytes == REQUEST_CLASSES_BYTES[0] == POLL_CLASSES_BYTES[0]
    assert poll_bytes in POLL_CLASSES_BYTES  # nearly always the same: test_padding.py counts


def test_text_goes_before_media_whatever_was_written_first(world: World, tmp_path: Path) -> None:
    world.write("first", _photo(tmp_path))
    world.write("second")
    world.client.sync()
    sizes = [len(blob) for blob in world.relays[0].blobs.values()]
    assert sizes == sorted(sizes)


def test_what_was_cut_is_asked_about_and_not_sent_twice(world: World) -> None:
    for number in range(5):
        world.write(f"report {number}")
    fates = iter([Fate.CUT_DOWN])
    world.link.weather = lambda _up, _down: (next(fates, Fate.ARRIVES), 5)
    result = world.client.sync()
    assert (result.sent, result.receipts, world.states()) == (5, 5, ["held"] * 5)
    assert any(FrameType.QUERY in types for types in world.relays[0].frame_types)


def test_what_never_arrived_is_sent_again(world: World) -> None:
    world.write()
    fates = iter([Fate.CUT_UP])
    world.link.weather = lambda _up, _down: (next(fates, Fate.ARRIVES), 100)
    result = world.client.sync()
    assert (result.sent, result.receipts, world.states()) == (2, 1, ["held"])


def test_a_receipt_before_the_cut_counts(world: World) -> None:
    world.write()
    fates = iter([Fate.CUT_DOWN])
    world.link.weather = lambda _up, _down: (next(fates, Fate.ARRIVES), 100)
    result = world.client.sync()
    assert result.sent == 1
    assert world.states() == ["held"]


def test_a_portals_page_leaves_everything_in_doubt(world: World) -> None:
    world.write()
    world.link.weather = lambda _up, _down: (Fate.PORTAL, 0)
    result = world.client.sync()
    assert not result.has_reached_relay
    assert result.receipts == 0
    assert world.states() == ["in_doubt"]
    assert "sign-in page" in " ".join(result.warnings)


def test_a_receipt_by_another_key_counts_for_nothing(world: World) -> None:
    world.write()
    honest = world.relays[0].key
    world.relays[0].key = world.relays[1].key
    world.link.down = {world.relays[1].url}
    result = world.client.sync()
    assert result.receipts == 0
    world.relays[0].key = honest
    assert world.client.sync().receipts == 1


def test_an_unreachable_relay_gives_way_to_the_next(world: World) -> None:
    world.write()
    world.link.down = {world.relays[0].url}
    result = world.client.sync()
    assert result.receipts == 1
    assert list(world.relays[0].blobs) == []
    assert result.round_trips == MOST_FAILURES + 1
    assert world.client.status()[0].relays == ("https://relay1.example.org",)


def test_no_relay_at_all_is_no_error_and_ends(world: World) -> None:
    world.write()
    world.link.down = set(world.link.relays)
    result = world.client.sync()
    assert not result.has_reached_relay
    assert result.round_trips == 2 * MOST_FAILURES
    assert 1 < sum(world.clock.waits) < 60  # between tries it rests, and not for long


def test_a_full_relay_passes_the_blob_on(world: World) -> None:
    world.write()
    world.relays[0].is_full = True
    assert world.client.sync().receipts == 1
    assert len(world.relays[1].blobs) == 1


def test_a_relay_that_asks_for_rest_is_left_alone(world: World) -> None:
    world.write()
    for relay in world.relays:
        relay.is_slow = True
    result = world.client.sync()
    assert result.round_trips == 2
    assert result.retry_after_seconds == 3600
    assert world.states() == ["queued"]


def test_a_relay_that_wants_work_gets_it(world: World) -> None:
    world.write()
    world.relays[0].work_bits = 6
    result = world.client.sync()
    assert (result.sent, result.receipts) == (2, 1)
    assert FrameType.STAMP in world.relays[0].frame_types[-1]


def test_work_beyond_reason_goes_to_the_next_relay(world: World) -> None:
    world.write()
    world.relays[0].work_bits = 40
    world.client.sync()
    assert len(world.relays[1].blobs) == 1


def test_the_work_the_desk_announces_is_shown_at_once(tmp_path: Path) -> None:
    world = World(tmp_path, relays=1)
    world.desk.policy = Policy(work_bits=5)
    world.desk.push_directory()
    world.relays[0].work_bits = 5
    world.join()
    world.write()
    result = world.client.sync()
    assert (result.sent, result.receipts) == (1, 1)
    world.client.close()


def test_a_relay_that_gives_no_verdicts_does_not_hold_a_sync(world: World) -> None:
    world.write()
    world.relays[0].gives_no_verdicts = True
    result = world.client.sync()
    assert result.round_trips <= 2 * MOST_FAILURES
    assert len(world.relays[1].blobs) == 1


def test_a_relay_that_drops_reports_is_found_out_and_passed_by(world: World) -> None:
    world.write()
    world.relays[0].loses = True
    world.client.sync()
    assert (world.states(), len(world.relays[0].blobs)) == (["held"], 0)
    for _ in range(3):
        world.advance(hours=20)
        world.client.sync()
    assert len(world.relays[1].blobs) == 1
    world.desk.pull()
    world.client.sync()
    assert world.states() == ["acknowledged"]
    assert len(world.client.status()[0].relays) == 2


def test_the_desk_can_ask_for_the_attachment_again(world: World, tmp_path: Path) -> None:
    report_id = world.write("with photo", _photo(tmp_path))
    world.client.sync()
    world.desk.take(world.relays[0].blobs.values())
    world.desk.chunks.clear()
    for relay in world.relays:
        relay.purge(set(relay.blobs))
        relay.seen.clear()
    assert report_id is not None
    (opened,) = world.desk.reports
    world.desk.publish([(opened, AckStatus.RECEIVED), (opened, AckStatus.NEED_MORE)])
    world.client.sync()
    world.desk.pull()
    (report,) = world.desk.reports.values()
    assert world.desk.file(report.attachments[0]) is not None
    world.client.sync()
    assert world.states() == ["acknowledged"]


def test_text_at_the_desk_with_a_photo_on_its_way_is_not_called_acknowledged(
    world: World, tmp_path: Path
) -> None:
    world.write("with photo", _photo(tmp_path))
    world.client.sync()
    texts = [blob for blob in world.relays[0].blobs.values() if len(blob) == 1024]
    world.desk.take(texts)
    (opened,) = world.desk.reports
    world.desk.publish([(opened, AckStatus.RECEIVED)])
    assert world.client.sync().acknowledged == 1
    assert world.states() == ["held"]


def test_sealed_bytes_are_wiped_once_the_desk_has_them(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    for _ in range(2):
        world.client.sync()
    assert world.client.export(world.home.parent / "left.tocsin").blobs == 0
    assert world.states() == ["acknowledged"]


def test_a_closed_report_is_done(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    (opened,) = world.desk.reports
    world.desk.publish([(opened, AckStatus.CLOSED)])
    for _ in range(2):
        world.client.sync()
    assert world.states() == ["done"]


def test_a_newer_directory_is_taken_in_band(world: World) -> None:
    world.desk.push_directory(version=5, name="Desk of the new north")
    world.client.sync()
    world.client.sync()
    assert world.relays[0].headers[-1].directory_version == 5


@pytest.mark.parametrize("version", [1, 3])
def test_an_older_or_second_directory_of_a_version_is_refused(world: World, version: int) -> None:
    world.desk.push_directory(version=3)
    world.client.sync()
    for relay in world.relays:
        relay.directory = world.desk.signed_directory(version=version, name="Rewritten")
        relay.directory_version = 9
    result = world.client.sync()
    assert "refused" in " ".join(result.warnings)
    assert world.relays[0].headers[-1].directory_version == 3


def test_an_expired_directory_warns_and_still_seals(world: World) -> None:
    world.clock.advance(days=400)
    assert world.write() is not None
    assert "past its day" in " ".join(world.client.sync().warnings)
    world.desk.pull()
    assert len(world.desk.reports) == 1


@pytest.mark.parametrize("days", [-365, 365])
def test_a_clock_wrong_by_a_year_costs_nothing(world: World, days: int) -> None:
    world.clock.advance(days=days)
    world.write()
    result = world.client.sync()
    assert "clock" in " ".join(result.warnings)
    world.desk.pull()
    (opened,) = world.desk.reports
    assert world.client.sync().acknowledged == 1
    world.desk.reply(opened, "heard")
    assert world.client.sync().replies == 1
    sent = [world.client.sync().sent for _ in range(4)]
    assert sent == [0, 0, 0, 0]


def test_receipts_are_kept_as_proof(world: World) -> None:
    world.write()
    world.client.sync()
    session = world.client._open()
    (blob_id,) = world.relays[0].blobs
    ((relay_key, ids, payload),) = session.outbox.ledger.receipts_for(blob_id)
    assert relay_key == world.relays[0].key.public
    assert bytes(blob_id) in ids
    assert len(payload) > 64


def test_what_a_sync_cost_is_counted(world: World) -> None:
    world.write()
    result = world.client.sync()
    assert result.round_trips == 1
    assert result.bytes_up == REQUEST_CLASSES_BYTES[0]
    assert result.bytes_down > 0
