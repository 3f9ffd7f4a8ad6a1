"""`relay site`, `channel`, `channels` and `probe-check`, as a person types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli import relay_probe_check
from server.cli.main import main
from server.plumbing.clock import SystemClock, day_number
from server.relay.channels import read_channels
from server.relay.home import init_home
from server.relay.probing_requests import PROBES
from server.relay.tallies import Tallies
from tests.support.relay_process import RelayProcess

FEW = 12

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a relay command in the home of this test; code, output, complaint."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path))
    monkeypatch.delenv("TOCSIN_RELAY_PUBLIC_URL", raising=False)
    init_home(tmp_path / "relay")

    def run_command(*words: str) -> tuple[int, str, str]:
        try:
            code = main(["relay", *words])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_command


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a web site."""
    folder = tmp_path / "site"
    folder.mkdir()
    for page in ("index.html", "404.html"):
        (folder / page).write_text("a page")
    return folder


def test_site_is_printed_or_written(run: Run, site: Path, tmp_path: Path) -> None:
    code, out, _ = run("site", "--nginx", "--host", "a.org", "--root", str(site))
    assert code == 0
    assert f"root {site};" in out
    target = tmp_path / "Caddyfile"
    words = ("site", "--caddy", "--host", "a.org", "--root", str(site), "--out", str(target))
    assert run(*words)[0] == 0
    assert "a.org {" in target.read_text()


def test_site_without_its_pages_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, err = run("site", "--nginx", "--host", "a.org", "--root", str(tmp_path))
    assert code == 1
    assert "index.html" in err


def test_channel_is_added_with_its_line_listed_and_retired(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("channel", "add", "posters", "--origin", "https://a.org/", "--json")
    added = json.loads(out)
    assert code == 0
    path = read_channels(tmp_path / "relay")[1].path
    assert added["line"].startswith(f"tocsin1 https://a.org{path} k=")
    listed = json.loads(run("channel", "list", "--json")[1])
    assert [(one["label"], one["is_open"], one["line"]) for one in listed] == [
        ("directory", True, None),
        ("posters", True, None),
    ]
    assert run("channel", "retire", "posters")[:2] == (0, "retired: posters\n")
    assert "posters: " in run("channel", "list")[1]
    assert "(retired)" in run("channel", "list")[1]


def test_wrong_channel_says_so_in_one_line(run: Run) -> None:
    for words in (("add", "No"), ("add", "directory"), ("retire", "nobody")):
        code, _, err = run("channel", *words)
        assert code == 1
        assert err.count("\n") == 1


def test_channels_are_told_with_signs_and_without_paths(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "relay"
    run("channel", "add", "posters")
    today = day_number(SystemClock().now())
    tallies = Tallies(folder)
    tallies.exchanged(0, today)
    for _ in range(3):
        tallies.asked_by_stranger(1, today)
    _, out, _ = run("channels", "--json")
    first, second = json.loads(out)
    assert (first["label"], first["sign"]) == ("directory", "new")
    assert first["days"][0]["exchanges_up_to"] == 10
    assert (second["label"], second["sign"]) == ("posters", "leaked")
    assert second["days"][0]["strangers"] == 3
    words = run("channels")[1]
    assert "retire it" in words
    assert not [one.path for one in read_channels(folder) if one.path in out + words]


@pytest.fixture
def _few_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the list: all of it is sent in test_probing.py."""
    monkeypatch.setattr(relay_probe_check, "PROBES", PROBES[:FEW])


@pytest.mark.usefixtures("_few_probes")
def test_probe_check_of_a_relay_finds_nothing_and_ends_with_0(run: Run, tmp_path: Path) -> None:
    with RelayProcess(tmp_path) as relay:
        host, port = relay.address
        words = ("--first", "0.6", "--quiet", "0.1", "--samples", "3")
        code, out, _ = run("probe-check", f"http://{host}:{port}{relay.path}", *words, "--json")
    told = json.loads(out)
    assert (code, told["different"]) == (0, [])
    assert told["probes"] == FEW
    assert "value of date" in told["not_compared"]
    assert len(told["timings"]) == 3


@pytest.mark.usefixtures("_few_probes")
def test_probe_check_finds_a_page_that_exists_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    with RelayProcess(tmp_path) as relay:
        host, port = relay.address
        words = ("--first", "0.6", "--quiet", "0.1", "--samples", "0")
        code, out, _ = run("probe-check", f"http://{host}:{port}", "--path", "robots.txt", *words)
    assert code == 1
    assert "DIFFERENT  GET" in out


def test_probe_check_without_a_path_says_what_it_needs(run: Run) -> None:
    code, _, err = run("probe-check", "http://127.0.0.1:1/")
    assert code == 1
    assert "--path" in err


def test_every_command_shows_an_example(run: Run) -> None:
    for words in (["site"], ["probe-check"], ["channel"], ["channel", "add"], ["channels"]):
        code, out, _ = run(*words, "--help")
        assert code == 0
        assert "example:" in out
