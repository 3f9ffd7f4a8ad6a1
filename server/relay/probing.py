"""Comparing what a server says of a secret path with what it says of one that does not exist.

Theory of operation: each probe is sent for the secret path and for two random ones of the same
shape. Answers are compared byte by byte, including how the connection ended. Three things are
taken out first, and the report names them: the value of `Date`; the path itself, where an answer
repeats it; and the values of header fields that differ between two random paths as well, such as
a request number that a content network adds.

How a connection ends can vary by itself, by how packets fall. So a probe that differs is sent
again, and a difference is told only when nothing the server said of the secret path was ever
said of a random one.

Times are measured too, and only told: a difference of a millisecond on a loopback is not seen
over the Internet, and no list of samples proves that there is none.
"""

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

from schemas.envelope.entropy import Entropy, random_bytes
from schemas.wire.codec import to_base64url
from server.relay.channels import PATH_BYTES
from server.relay.probing_requests import METHODS, PHONE_HEADER, Probe, Tls, noise, request
from server.relay.probing_wire import Transcript

ROUNDS: Final = 4
AT_ONCE: Final = 6
SHOWN_BYTES: Final = 160

_FIELD: Final = re.compile(rb"^([A-Za-z0-9-]+):[ \t]*([^\r\n]*)", re.MULTILINE)

TIMED: Final = (
    Probe("GET", lambda path, host: (request(b"GET", path, host),)),
    Probe("POST of noise", lambda path, host: (request(b"POST", path, host, body=noise(1280)),)),
    Probe(
        "POST of a phone's header and noise",
        lambda path, host: (request(b"POST", path, host, body=PHONE_HEADER + b"\xff" * 64),),
    ),
)


class Answering(Protocol):
    """What the comparison needs of a server."""

    @property
    def has_tls(self) -> bool:
        """Tell whether connections have TLS."""
        ...

    def ask(self, probe: Probe, path: bytes) -> Transcript:
        """Send a probe for a path."""
        ...

    def seconds_to_answer(self, probe: Probe, path: bytes) -> float:
        """Measure how long an answer takes to begin."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one probe came to.

    Attributes:
        probe: Its name.
        is_same: Nothing tells the secret path apart.
        secret: An answer for the secret path, beginning where they part; empty if the same.
        unknown: An answer for a random path, from the same place.
    """

    probe: str
    is_same: bool
    secret: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long answers took to begin.

    Attributes:
        probe: Its name.
        secret_ms: Median for the secret path, in milliseconds.
        unknown_ms: Median for random ones.
        told_apart: Chance that a secret path's time is the longer one of a pair; 0.5 is no help.
        margin: Half of the 95 % interval around it.
    """

    probe: str
    secret_ms: float
    unknown_ms: float
    told_apart: float
    margin: float


class Comparison:
    """One check of one path."""

    def __init__(self, server: Answering, secret: str, entropy: Entropy = random_bytes) -> None:
        """Find out which header fields vary by themselves.

        Args:
            server: Answers.
            secret: The path; begins with a slash.
            entropy: Where random paths come from.
        """
        self._server = server
        self._secret = secret.encode("ascii")
        self._entropy = entropy
        first, second = (self._fields(METHODS[0]) for _ in range(2))
        self.varying = tuple(
            sorted({name for name in first if first[name] != second.get(name)} | {"date"})
        )

    def run(self, probes: Iterable[Probe]) -> list[Verdict]:
        """Send probes, a few at a time.

        Args:
            probes: Those that need TLS are left out where there is none.

        Returns:
            One verdict each, in their order.
        """
        chosen = [one for one in probes if self._server.has_tls or one.tls is Tls.USUAL]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._judge, chosen))

    def time(self, samples: int) -> list[Timing]:
        """Measure answers for the secret path and for random ones by turns.

        Args:
            samples: How many of each.
        """
        return [timing_of(probe.name, *self._samples(probe, samples)) for probe in TIMED]

    def _judge(self, probe: Probe) -> Verdict:
        of_secret: list[Transcript] = []
        of_unknown: list[Transcript] = []
        for _ in range(ROUNDS):
            of_secret.append(self._plain(probe, self._secret))
            of_unknown += [self._plain(probe, self._random_path()) for _ in range(2)]
            if not set(of_secret).isdisjoint(of_unknown):
                return Verdict(probe.name, is_same=True)
        return _difference(probe.name, of_secret[0], of_unknown[0])

    def _plain(self, probe: Probe, path: bytes) -> Transcript:
        heard = self._server.ask(probe, path)
        return Transcript(tuple(plain(part, path, self.varying) for part in heard.parts), heard.end)

    def _fields(self, probe: Probe) -> dict[str, bytes]:
        heard = self._server.ask(probe, self._random_path())
        head = b"".join(heard.parts).partition(b"\r\n\r\n")[0]
        return {name.decode().lower(): value for name, value in _FIELD.findall(head)}

    def _random_path(self) -> bytes:
        """Make a path of the same shape, with folders before it if the secret one has some."""
        folder, _, _ = self._secret.rpartition(b"/")
        return folder + b"/" + to_base64url(self._entropy(PATH_BYTES)).encode("ascii")

    def _samples(self, probe: Probe, samples: int) -> tuple[list[float], list[float]]:
        secret: list[float] = []
        unknown: list[float] = []
        for _ in range(samples):
            secret.append(self._server.seconds_to_answer(probe, self._secret))
            unknown.append(self._server.seconds_to_answer(probe, self._random_path()))
        return secret, unknown


def plain(answer: bytes, path: bytes, varying: Sequence[str]) -> bytes:
    """Take out of an answer what may differ.

    Args:
        answer: As it came.
        path: The path that was asked for.
        varying: Names of header fields whose value says nothing, lower-case.
    """

    def without_value(found: re.Match[bytes]) -> bytes:
        name = found.group(1)
        return name + b": *" if name.decode().lower() in varying else found.group()

    return _FIELD.sub(without_value, answer.replace(path[1:], b"*"))


def timing_of(name: str, secret: Sequence[float], unknown: Sequence[float]) -> Timing:
    """Compare two lists of times by ranks.

    Args:
        name: What was timed.
        secret: Seconds; at least one.
        unknown: Seconds; at least one.

    Source: Hanley, McNeil, "The meaning and use of the area under a ROC curve", for the margin.
    """
    pairs = [(one > other) + (one == other) / 2 for one in secret for other in unknown]
    area = sum(pairs) / len(pairs)
    first, second = area / (2 - area), 2 * area * area / (1 + area)
    variance = (
        area * (1 - area)
        + (len(secret) - 1) * (first - area * area)
        + (len(unknown) - 1) * (second - area * area)
    ) / (len(secret) * len(unknown))
    return Timing(
        name,
        1000 * statistics.median(secret),
        1000 * statistics.median(unknown),
        area,
        1.96 * math.sqrt(max(0.0, variance)),
    )


def _difference(name: str, secret: Transcript, unknown: Transcript) -> Verdict:
    first, second = _as_text(secret), _as_text(unknown)
    at = next(
        (at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    at = max(0, at - SHOWN_BYTES // 4)
    return Verdict(
        name,
        is_same=False,
        secret=first[at : at + SHOWN_BYTES],
        unknown=second[at : at + SHOWN_BYTES],
    )


def _as_text(heard: Transcript) -> str:
    parts = " | ".join(repr(part)[2:-1] for part in heard.parts)
    return f"{parts} [{heard.end}]"
