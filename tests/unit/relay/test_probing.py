"""The prober finds nothing at a relay's own site, and finds what is there to be found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.relay.probing import Comparison, plain, timing_of
from server.relay.probing_requests import PROBES, Probe, Tls, noise
from server.relay.probing_wire import Patience, ProbingError, Target, Transcript
from tests.support.client_world import Seeded
from tests.support.relay_process import RelayProcess

SECRET = "/AAAAAAAAAAAAAAAAAAAAAA"
QUICK = Patience(first_seconds=1.0, quiet_seconds=0.15)
ANSWER = b"HTTP/1.1 404 Not Found\r\nDate: now\r\nX-Request: %d\r\n\r\nnothing"


class Talker:
    """A server of our choosing: gives answers and keeps what it was asked."""

    has_tls = False

    def __init__(self, tells: bytes = b"", varies: int = 0) -> None:
        self._tells = tells
        self._varies = varies
        self.heard: list[str] = []

    def ask(self, probe: Probe, path: bytes) -> Transcript:
        """Answer; `tells` is what the secret path gets besides."""
        self.heard.append(probe.name)
        answer = ANSWER % (len(self.heard) if self._varies else 7)
        more = self._tells if path == SECRET.encode("ascii") else b""
        return Transcript((answer + more,), "closed")

    def seconds_to_answer(self, probe: Probe, path: bytes) -> float:
        """Answer the secret path more slowly."""
        self.heard.append(probe.name)
        return 0.002 if path == SECRET.encode("ascii") else 0.001


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """A relay with its own site and no web server in front."""
    with RelayProcess(tmp_path_factory.mktemp("relay")) as relay:
        yield relay


def test_relays_own_site_gives_the_prober_nothing(served: RelayProcess) -> None:
    host, port = served.address
    comparison = Comparison(Target(f"http://{host}:{port}", QUICK), served.path)
    verdicts = comparison.run(PROBES)
    assert len(verdicts) >= 100
    assert [one for one in verdicts if not one.is_same] == []


def test_relay_still_answers_a_phone_after_the_probes(served: RelayProcess) -> None:
    with served.client() as client:
        assert client.put(noise(1024)) == [0]


def test_list_has_more_than_twenty_kinds_and_names_each_once() -> None:
    names = {probe.name for probe in PROBES}
    assert len(names) == len(PROBES) > 20


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_probe_is_the_same_for_every_path_but_for_the_path(probe: Probe) -> None:
    one = probe.make(b"/AAAAAAAAAAAAAAAAAAAAAA", b"host")
    other = probe.make(b"/BBBBBBBBBBBBBBBBBBBBBB", b"host")
    assert [len(part) for part in one] == [len(part) for part in other]
    assert sum(map(len, one)) > 0


def test_one_byte_more_is_found() -> None:
    verdicts = Comparison(Talker(tells=b"!"), SECRET, Seeded("probe")).run(PROBES[:3])
    assert [one.is_same for one in verdicts] == [False] * 3
    assert verdicts[0].secret.endswith("nothing! [closed]")
    assert verdicts[0].unknown.endswith("nothing [closed]")


def test_difference_is_told_only_after_it_stayed() -> None:
    server = Talker(tells=b"!")
    Comparison(server, SECRET, Seeded("probe")).run(PROBES[:1])
    assert len(server.heard) == 2 + 4 * 3


def test_field_that_varies_by_itself_is_named_and_not_compared() -> None:
    comparison = Comparison(Talker(varies=1), SECRET, Seeded("probe"))
    assert comparison.varying == ("date", "x-request")
    assert all(one.is_same for one in comparison.run(PROBES[:3]))


def test_field_that_does_not_vary_is_compared() -> None:
    comparison = Comparison(Talker(), SECRET, Seeded("probe"))
    assert comparison.varying == ("date",)
    assert plain(b"Date: a\r\nX: b", b"/p", comparison.varying) == b"Date: *\r\nX: b"


def test_path_that_an_answer_repeats_is_taken_out() -> None:
    assert plain(b"Location: /abc/", b"/abc", ()) == b"Location: /*/"


def test_server_without_tls_gets_no_probe_of_tls() -> None:
    wanted = sum(probe.tls is Tls.USUAL for probe in PROBES)
    assert len(Comparison(Talker(), SECRET, Seeded("probe")).run(PROBES)) == wanted


def test_slower_answers_are_told_with_a_margin() -> None:
    (timing, *_) = Comparison(Talker(), SECRET, Seeded("probe")).time(samples=10)
    assert (timing.secret_ms, timing.unknown_ms, timing.told_apart) == (2.0, 1.0, 1.0)
    even = timing_of("x", [1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert even.told_apart == 0.5
    assert even.margin > 0.3


def test_address_where_nobody_answers_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ProbingError, match="cannot be reached"):
        Target("http://127.0.0.1:1", QUICK)
    with pytest.raises(ProbingError, match="https://host/path"):
        Target("ftp://127.0.0.1", QUICK)
