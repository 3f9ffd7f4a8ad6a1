"""The public API: joining, writing, carrying, and what it refuses."""

import stat
import textwrap
import tracemalloc
from pathlib import Path

import pytest

import client_sync.client
from client_sync.composing import Answers
from client_sync.errors import (
    AlreadyJoinedError,
    AttachmentError,
    ClientError,
    HomeBusyError,
    NotJoinedError,
    OutboxFullError,
    WrongPassphraseError,
)
from client_sync.outbox.store import OutboxStore
from client_sync.transports.bundle_file import read_bundle_file, write_bundle_file
from schemas.bundle.writer import write_bundle
from schemas.constants import MAX_ATTACHMENT_BYTES
from schemas.domain.vocabulary import PlacePrecision, Purpose, TimePrecision
from schemas.errors import (
    BundleError,
    DirectoryError,
    InvalidReportError,
    InviteError,
    PlaintextTooLargeError,
)
from schemas.wire.invite import format_bridge_line, invite_link
from tests.support.client_world import CHEAP, NOW, PASSPHRASE, World


def _bundle(world: World, name: str = "out.tocsin") -> Path:
    return world.home.parent / name


def test_a_link_joins_like_a_line(tmp_path: Path) -> None:
    world = World(tmp_path)
    joined = world.client.join(invite_link("https://app.example.org/", world.desk.invite), CHEAP)
    assert (joined.desk_name, joined.has_directory) == ("Desk of the north", True)
    world.client.close()


def test_a_joining_file_joins_without_any_network(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.link.down = set(world.link.relays)
    write_bundle_file(
        _bundle(world),
        write_bundle(invite=world.desk.invite, directory=world.desk.signed_directory()),
    )
    assert world.client.join_by_file(_bundle(world), CHEAP).has_directory
    assert world.write() is not None
    assert world.link.tally.round_trips == 0
    world.client.close()


def test_a_joining_file_of_another_desk_leaves_nothing_behind(tmp_path: Path) -> None:
    world, other = World(tmp_path), World(tmp_path / "other", seed="other")
    write_bundle_file(
        _bundle(world),
        write_bundle(invite=world.desk.invite, directory=other.desk.signed_directory()),
    )
    with pytest.raises(DirectoryError):
        world.client.join_by_file(_bundle(world), CHEAP)
    assert not world.home.exists()


def test_a_file_without_an_invite_does_not_join(tmp_path: Path) -> None:
    world = World(tmp_path)
    write_bundle_file(_bundle(world), write_bundle([bytes(1024)]))
    with pytest.raises(ClientError, match="joining file"):
        world.client.join_by_file(_bundle(world), CHEAP)


def test_a_home_belongs_to_one_desk(world: World) -> None:
    world.client.close()
    with pytest.raises(AlreadyJoinedError):
        world.join()


def test_a_spoilt_invite_makes_no_home(tmp_path: Path) -> None:
    world = World(tmp_path)
    with pytest.raises(InviteError):
        world.client.join("tocsin1 https://relay.example.org/x", CHEAP)
    assert not world.home.exists()


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    with pytest.raises(ClientError, match="empty"):
        world.open_client(passphrase="").join(format_bridge_line(world.desk.invite), CHEAP)


def test_nothing_works_before_joining(tmp_path: Path) -> None:
    client = World(tmp_path).client
    with pytest.raises(NotJoinedError, match="join"):
        client.status()


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(world: World) -> None:
    world.write()
    world.client.close()
    with pytest.raises(WrongPassphraseError):
        world.open_client(passphrase="wrong").status()
    assert world.states() == ["queued"]


def test_two_clients_do_not_share_a_home(world: World) -> None:
    world.client.status()
    with pytest.raises(HomeBusyError, match="wait until it ends"):
        world.open_client().status()
    world.client.close()
    second = world.open_client()
    assert second.status() == ()
    second.close()


def test_only_the_owner_may_look_into_the_home(world: World) -> None:
    world.write()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.home.iterdir()}
    assert stat.S_IMODE(world.home.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("said", "at", "precision"),
    [
        (None, "2026-11-23T00:00:00+00:00", TimePrecision.DAY),
        ("2026-11-20", "2026-11-20T00:00:00+00:00", TimePrecision.DAY),
        ("2026-11", "2026-11-01T00:00:00+00:00", TimePrecision.MONTH),
        ("2026-W47", "2026-11-16T00:00:00+00:00", TimePrecision.WEEK),
        ("2026-11-20T18:30:59.5+02:00", "2026-11-20T16:30:59+00:00", TimePrecision.HOUR),
        ("2026-11-20T18:30", "2026-11-20T18:30:00+00:00", TimePrecision.HOUR),
    ],
)
def test_a_time_is_kept_as_exactly_as_it_was_said(
    world: World, said: str | None, at: str, precision: TimePrecision
) -> None:
    world.client.report(Answers("other", "x", observed_at=said))
    world.client.sync()
    world.desk.pull()
    (report,) = world.desk.reports.values()
    assert (report.observed.at.isoformat(), report.observed.precision) == (at, precision)


def test_a_point_is_kept_to_the_metre(world: World) -> None:
    world.client.report(Answers("other", "x", place="by the river", lat=-12.345678, lon=45.0))
    world.client.sync()
    world.desk.pull()
    (report,) = world.desk.reports.values()
    place = report.place
    assert place is not None
    assert (place.lat_e5, place.lon_e5, place.precision) == (
        -1234568,
        4500000,
        PlacePrecision.POINT,
    )


@pytest.mark.parametrize(
    "answers",
    [
        Answers("weather", "x"),
        Answers("other", ""),
        Answers("other", "a" * 8001),
        Answers("other", "x", lat=1.0),
        Answers("other", "x", lat=91.0, lon=0.0),
        Answers("other", "x", lat=float("nan"), lon=0.0),
        Answers("other", "x", place=""),
        Answers("other", "x", place="a" * 201),
        Answers("other", "x", observed_at="yesterday"),
        Answers("other", "x", observed_at="2026-13"),
        Answers("other", "x", observed_at="0001-01-01T00:00+23:00"),
        Answers("other", "x", lang="x"),
        Answers("other", "x", source="told"),
        Answers("other", "x\x00"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused_and_nothing_is_kept(
    world: World, answers: Answers
) -> None:
    with pytest.raises(InvalidReportError):
        world.client.report(answers)
    assert world.client.status() == ()


def test_text_that_fits_no_envelope_is_refused_even_as_a_draft(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.link.down = set(world.link.relays)
    world.join()
    noise = "".join(chr(0x10000 + int.from_bytes(world.entropy(2), "big")) for _ in range(8000))
    with pytest.raises(PlaintextTooLargeError):
        world.write(noise)
    assert world.client.status() == ()
    world.client.close()


def _file(folder: Path, size: int, name: str = "a.bin") -> Path:
    path = folder / name
    path.write_bytes(b"x" * size)
    return path


def test_files_that_cannot_be_attached_are_refused_and_leave_nothing(
    world: World, tmp_path: Path
) -> None:
    good = _file(tmp_path, 100_000)
    for bad in (
        _file(tmp_path, 0, "empty"),
        _file(tmp_path, MAX_ATTACHMENT_BYTES + 1, "large"),
        tmp_path / "missing",
        tmp_path,
    ):
        with pytest.raises(AttachmentError):
            world.write("x", good, bad)
    with pytest.raises(AttachmentError, match="at most 8"):
        world.write("x", *[good] * 9)
    world.restart()
    assert world.client.export(_bundle(world)).blobs == 0


def test_a_file_that_grows_while_it_is_read_is_not_kept(world: World, tmp_path: Path) -> None:
    growing = _file(tmp_path, 50_000)

    def grow(_what: str, done: int, _total: int) -> None:
        if done > 30_000:
            with growing.open("ab") as file:
                file.write(b"y" * 100_000)

    world.client._watch = grow
    with pytest.raises(AttachmentError, match="changed"):
        world.write("x", growing)
    assert world.client.export(_bundle(world)).blobs == 0


def test_a_file_of_25_mib_is_sealed_in_little_memory(world: World, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    with video.open("wb") as file:
        file.truncate(MAX_ATTACHMENT_BYTES)
    world.client.status()
    tracemalloc.start()
    world.write("x", video)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 12_000_000
    assert world.states() == ["queued"]


def test_a_strange_file_name_is_made_fit_for_the_contract(world: World, tmp_path: Path) -> None:
    world.write("x", _file(tmp_path, 5, "a\\b\n" + "c" * 130 + ".JPG"))
    world.client.sync()
    world.desk.pull()
    (report,) = world.desk.reports.values()
    (manifest,) = report.attachments
    assert manifest.name == "c" * 116 + ".JPG"
    assert manifest.mime == "image/jpeg"


def test_a_full_outbox_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    store = OutboxStore(tmp_path / "outbox.db", most_bytes=2000)
    with store.transaction():
        assert store.carry([(b"a" * 32, bytes(1024))]) == 1  # type: ignore[list-item]  # any 32 bytes
    with pytest.raises(OutboxFullError), store.transaction():
        store.carry([(b"b" * 32, bytes(1024))])  # type: ignore[list-item]  # any 32 bytes
    assert len(store.unsettled(10)) == 1
    store.close()


def test_a_bundle_carries_reports_to_the_desk_without_a_relay(world: World, tmp_path: Path) -> None:
    world.write("by hand", _file(tmp_path, 40_000))
    written = world.client.export(_bundle(world))
    assert (written.blobs, written.drafts) == (4, 0)
    assert world.states() == ["queued"]
    world.desk.take(read_bundle_file(_bundle(world)).blobs)
    (report,) = world.desk.reports.values()
    assert world.desk.file(report.attachments[0]) is not None


def test_a_courier_carries_what_it_cannot_open(world: World, tmp_path: Path) -> None:
    world.write("carried")
    world.client.export(_bundle(world))
    courier = World(tmp_path / "courier", seed="courier")
    courier.desk, courier.link, courier.relays = world.desk, world.link, world.relays
    courier.join()
    assert courier.client.import_(_bundle(world)).carried == 1
    assert courier.client.import_(_bundle(world)).carried == 0
    assert courier.client.status() == ()
    assert courier.client.sync().receipts == 1
    assert courier.client.export(tmp_path / "again.tocsin").blobs == 0
    courier.client.close()
    world.desk.pull()
    assert [report.text for report in world.desk.reports.values()] == ["carried"]
    assert world.client.sync().acknowledged == 1


def test_own_blobs_that_come_back_are_not_carried(world: World) -> None:
    world.write()
    world.client.export(_bundle(world))
    assert world.client.import_(_bundle(world)).carried == 0


def test_a_bundle_brings_the_directory_and_the_board(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.link.down = set(world.link.relays)
    world.join()
    world.write("early")
    directory = write_bundle(directory=world.desk.signed_directory())
    write_bundle_file(_bundle(world), directory)
    taken = world.client.import_(_bundle(world))
    assert (taken.has_new_directory, taken.drafts_sealed, world.states()) == (True, 1, ["queued"])
    world.client.export(_bundle(world))
    world.desk.take(read_bundle_file(_bundle(world)).blobs)
    world.desk.pull()
    write_bundle_file(_bundle(world), write_bundle(pages=world.desk.pages))
    assert world.client.import_(_bundle(world)).acknowledged == 1
    assert world.states() == ["acknowledged"]
    world.client.close()


def test_a_cut_bundle_gives_what_is_whole(world: World, tmp_path: Path) -> None:
    blobs = [world.entropy(1024), world.entropy(1024)]
    _bundle(world).write_bytes(write_bundle(blobs)[:1500])
    taken = world.client.import_(_bundle(world))
    assert (taken.carried, taken.is_cut) == (1, True)


def test_what_is_no_bundle_is_refused(world: World, tmp_path: Path) -> None:
    _bundle(world).write_bytes(b"<html>")
    with pytest.raises(BundleError):
        world.client.import_(_bundle(world))
    with pytest.raises(ClientError, match="cannot be read"):
        world.client.import_(tmp_path / "missing")
    with pytest.raises(ClientError, match="cannot be written"):
        world.client.export(tmp_path / "missing" / "out.tocsin")


def test_the_client_prints_no_secret(world: World) -> None:
    assert PASSPHRASE not in repr(world.client)
    assert repr(Answers("other", "secret")) == "<Answers>"


def _example() -> str:
    """Take the example out of the module's documentation."""
    behind = (client_sync.client.__doc__ or "").split("::\n\n")[1]
    return textwrap.dedent(behind.split("\n\n")[0])


def test_the_example_in_the_documentation_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(tmp_path)
    names = {
        "Answers": Answers,
        "Client": lambda **_: world.client,
        "invite": format_bridge_line(world.desk.invite),
    }
    exec(_example(), names)  # noqa: S102  # our own documentation
    assert capsys.readouterr().out.endswith(" held\n")


def test_reports_are_listed_in_the_order_of_writing(world: World) -> None:
    ids = [world.write(str(number)) for number in range(5)]
    world.restart()
    assert [status.report_id for status in world.client.status()] == ids
    assert world.clock.now() == NOW


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_follow_up_is_one_more_envelope_of_the_common_size(
    world: World, purpose: Purpose
) -> None:
    first = world.client.report(Answers("other", "x")).report_id
    world.client.report(Answers("other", "y", about=first, purpose=purpose))
    world.client.sync()
    blobs = [blob for relay in world.relays for blob in relay.blobs.values()]
    assert {len(blob) for blob in blobs} == {1024}
    world.desk.pull()
    report = next(report for report in world.desk.reports.values() if report.text == "y")
    assert (report.about, report.purpose) == (first, purpose)
