"""P1: a prober asks for the secret path in every way it knows, and for one that does not exist.

The web servers are real ones with the configuration that is deployed, on loopback: no emulated link
is needed, and none could add a byte. Variants: either server with the relay behind it, with the
relay down (a seized or broken relay must not look different from a wrong path), with the relay
reached by a path of a second channel, and one that a hurried administrator would write, which knows
the secret path: there the prober must find differences, or it finds nothing anywhere.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from server.relay.channels import add_channel, retire_channel
from server.relay.probing import Comparison, Verdict
from server.relay.probing_requests import PROBES
from server.relay.probing_wire import Patience, Target
from tests.lab.scenario import Cell, Mark, Numbers, Outcome, Scenario
from tests.lab.websites import SERVERS, Address, Website

NAIVE: Final = "nginx-naive"
DOWN: Final = "-down"
CHANNEL: Final = "-channel"
RETIRED: Final = "-retired"
LEAST_PROBES: Final = 20
SAMPLES: Final = 60
PATIENCE: Final = Patience(first_seconds=2.0, quiet_seconds=0.4)


class NaiveWebsite(Website):
    """nginx that knows the secret path and hands on what the relay says of it."""

    def config(self) -> str:
        """Give the secret path a location of its own."""
        setup = self.setup()
        location = f"location = {self.address.path} {{ proxy_pass http://{setup.relay}; }}"
        without_relay = super().config().replace("try_files $uri @relay", "try_files $uri =404")
        return without_relay.replace("location = / {", location + "\n\t\tlocation = / {")


def run(cell: Cell, folder: Path) -> Numbers:
    """Probe one website."""
    server = cell.variant.partition("-")[0]
    kind = NaiveWebsite if cell.variant == NAIVE else Website
    with kind(server, folder) as website:
        path = _path(website, cell.variant)
        if cell.variant.endswith(DOWN):
            website.stop_relay()
        verdicts, timing = probe(website.address, path)
        took_report = website.takes_a_report(path)
        found_on_disk = website.files_with(path)
    different = [verdict for verdict in verdicts if not verdict.is_same]
    return {
        "probes": len(verdicts),
        "different": len(different),
        "took_report": took_report,
        "path_in_files": found_on_disk,
        "first_different": [f"{one.probe}: {one.secret} / {one.unknown}" for one in different[:5]],
        **timing,
    }


def _path(website: Website, variant: str) -> str:
    if variant.endswith(CHANNEL):
        return add_channel(website.home, "posters").path
    if variant.endswith(RETIRED):
        path = add_channel(website.home, "posters").path
        retire_channel(website.home, "posters", 20_000)
        return path
    return website.address.path


def probe(address: Address, path: str) -> tuple[list[Verdict], dict[str, float]]:
    """Send every probe, then measure times."""
    comparison = Comparison(Target(address.origin, PATIENCE, address.authority), path)
    verdicts = comparison.run(PROBES)
    timings = comparison.time(SAMPLES)
    return verdicts, {
        f"told_apart_by_time {one.probe}": round(one.told_apart, 3) for one in timings
    }


def judge(outcomes: Sequence[Outcome]) -> list[Mark]:
    """Say whether any byte told the secret path apart."""
    marks = []
    for one in outcomes:
        if not one.is_good:
            continue
        probes, different = int(one.numbers["probes"]), int(one.numbers["different"])
        is_control = one.cell.variant == NAIVE
        reached = different > 0 if is_control else different == 0 and probes >= LEAST_PROBES
        is_open = not one.cell.variant.endswith((DOWN, RETIRED))
        reached = reached and one.numbers["took_report"] == is_open
        reached = reached and (is_control or not one.numbers["path_in_files"])
        what = "the prober sees a naive set-up" if is_control else "all probes byte-identical"
        report = "a report is taken" if one.numbers["took_report"] else "no report is taken"
        found = f"{different} of {probes} differ; {report}"
        marks.append(Mark(f"{one.cell.variant}: {what}", found, reached))
    return marks


SCENARIO = Scenario(
    name="P1",
    title=f"{len(PROBES)} kinds of probe against the deployed nginx and Caddy set-ups",
    run=run,
    judge=judge,
    variants=(
        *(server + kind for server in SERVERS for kind in ("", DOWN, CHANNEL, RETIRED)),
        NAIVE,
    ),
    seeds=1,
    limit_seconds=900.0,
    columns=("probes", "different", "took_report"),
)
