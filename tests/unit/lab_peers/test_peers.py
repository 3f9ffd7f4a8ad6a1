"""The peers do their protocols over loopback; their servers count what they were given twice."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.lab.peers import installing
from tests.lab.peers.forms import (
    instance_of,
    multipart,
    read_submission,
    submission_of,
)
from tests.lab.peers.job import Job, Score
from tests.lab.peers.openrosa import Collect
from tests.lab.peers.posting import Poster
from tests.lab.peers.stores import (
    CENTRAL_PATH,
    LOCATED_PATH,
    Application,
    Start,
    Store,
    Tally,
)
from tests.support.client_world import MovedClock

COUNT = 6


class Quiet(WSGIRequestHandler):
    """Serves without a log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its parent's word
        """Say nothing."""


class Site:
    """A store behind HTTP, which can be told to lose answers after it has stored."""

    def __init__(self, store: Store) -> None:
        """Answer for a store."""
        self.store = store
        self.url = ""
        self.asked: list[str] = []
        self.loses = 0
        self._application = Application(store)

    def __call__(self, environ: dict[str, object], start: Start) -> object:
        """Answer, or store and break off."""
        self.asked.append(str(environ["REQUEST_METHOD"]))
        answer = self._application(environ, start)
        if self.loses and environ["REQUEST_METHOD"] == "POST":
            self.loses -= 1
            raise ConnectionAbortedError("the answer is lost")
        return answer

    def job(self, path: str, **changes: int) -> Score:
        """Begin a job at this site."""
        fields = {"count": COUNT, "size_bytes": 1024, "seed": 1, "lanes": 1} | changes
        job = Job(url=self.url + path, ca_file="", deadline_seconds=30.0, **fields)
        return Score(job, MovedClock())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site on loopback."""
    store = Store(tmp_path / "store.db")
    site = Site(store)
    server = make_server("127.0.0.1", 0, site, handler_class=Quiet)  # type: ignore[arg-type]
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


@pytest.mark.parametrize(("is_kept", "lanes"), [(False, 1), (True, 1), (True, 4)])
def test_every_posted_report_is_stored_once_on_a_good_link(
    site: Site, lanes: int, *, is_kept: bool
) -> None:
    score = site.job("/plain", lanes=lanes)
    Poster(score, is_kept=is_kept).run()
    assert site.store.tally() == Tally(COUNT, COUNT)
    result = score.result()
    assert (result["acknowledged"], result["requests"], result["failures"]) == (COUNT, COUNT, 0)
    assert result["done"] is not None


def test_a_lost_answer_makes_the_plain_server_store_a_report_twice(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site.loses = 1
    score = site.job("/plain")
    Poster(score, is_kept=True).run()
    tally = site.store.tally()
    assert (tally.distinct, tally.twice) == (COUNT, 1)
    assert score.result()["acknowledged"] == COUNT


@pytest.mark.parametrize(
    ("path", "asked"),
    [(CENTRAL_PATH, ["HEAD", "POST"] * COUNT), (LOCATED_PATH, ["HEAD", *["POST"] * COUNT])],
)
def test_a_head_is_remembered_only_where_a_location_comes_with_it(
    site: Site, path: str, asked: list[str]
) -> None:
    score = site.job(path)
    Collect(score).run()
    assert site.asked == asked
    assert site.store.tally() == Tally(COUNT, COUNT)
    assert score.result()["acknowledged"] == COUNT


def test_a_form_sent_again_after_a_lost_answer_is_stored_once(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site.loses = 1
    score = site.job(LOCATED_PATH, count=2)
    Collect(score).run()
    assert site.asked == ["HEAD", "POST", "POST", "HEAD", "POST"]
    assert site.store.tally() == Tally(2, 2)


def test_a_page_that_answers_head_with_200_is_no_server_of_forms(site: Site) -> None:
    score = site.job("/elsewhere", count=1)
    Collect(score).run()
    assert site.asked == ["HEAD"] * 3
    assert score.result()["acknowledged"] == 0
    assert score.is_over


def test_a_form_has_the_size_of_the_job_and_comes_back_out_of_its_multipart() -> None:
    xml = submission_of(Job("", "", 1, 2048, 7, 1.0), 3)
    assert len(xml) == 2048
    own, old = instance_of(xml)
    assert own.startswith("uuid:")
    assert old is None
    assert read_submission("multipart/form-data; boundary=b0", multipart(xml, "b0")) == xml
    assert read_submission("text/xml", xml) is None


def _form(own: str, old: str = "", text: str = "") -> bytes:
    former = f"<orx:deprecatedID>{old}</orx:deprecatedID>" if old else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms"><orx:meta><orx:instanceID>{own}'
        f"</orx:instanceID>{former}</orx:meta><text>{text}</text></data>"
    ).encode()


@pytest.mark.parametrize(
    ("forms", "statuses", "stored"),
    [
        ([_form("a"), _form("a")], [201, 201], 1),
        ([_form("a"), _form("a", text="other")], [201, 409], 1),
        ([_form("a"), _form("b", "a", "edited")], [201, 201], 2),
        ([_form("b", "a")], [404], 0),
    ],
)
def test_the_server_knows_a_form_by_its_instance(
    tmp_path: Path, forms: list[bytes], statuses: list[int], stored: int
) -> None:
    store = Store(tmp_path / "store.db")
    given = [int(store.keep_form(*instance_of(form), form)) for form in forms]
    assert given == statuses
    assert store.tally().stored == stored
    store.close()


def test_a_job_file_may_say_more_than_a_peer_reads(tmp_path: Path) -> None:
    fields = {"url": "u", "ca_file": "", "count": 1, "size_bytes": 2, "seed": 3}
    path = tmp_path / "job.json"
    path.write_text(json.dumps({**fields, "deadline_seconds": 4.0, "relays": []}))
    assert Job.read(str(path)) == Job("u", "", 1, 2, 3, 4.0)


def test_a_time_that_was_not_reached_is_none() -> None:
    score = Score(Job("", "", 4, 1, 1, 60.0))
    for number in (0, 1, 1):
        score.acknowledge(number)
    result = score.result()
    assert result["acknowledged"] == 2
    assert result["t50"] is not None
    assert (result["t90"], result["done"]) == (None, None)


def test_reports_repeat_by_seed_and_differ_by_number() -> None:
    def job(seed: int) -> Job:
        return Job("", "", 1, 512, seed, 1.0)

    assert job(1).report(0) == job(1).report(0)
    assert len({job(1).report(0), job(1).report(1), job(2).report(0)}) == 3


def test_without_npm_the_tus_peer_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installing, "CACHE", tmp_path / "cache")
    with pytest.raises(installing.PeerMissingError, match="npm does not answer"):
        installing.tus_folder()
