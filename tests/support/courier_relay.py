"""A courier relay and its upstream in one process, joined by a link with weather."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from schemas.domain.directory import BridgeLine
from schemas.domain.ids import RootKey
from schemas.domain.sync import RequestHeader
from schemas.envelope.signing import page_hash
from schemas.wire.frames import FrameType, encode_frame
from schemas.wire.invite import format_bridge_line
from server.plumbing.clock import FixedClock
from server.relay.upstream import ledger
from server.relay.upstream.errors import UnreachableError
from server.relay.upstream.faults import FaultPoint, no_fault
from server.relay.upstream.forwarder import Forwarder, Tally
from server.relay.upstream.line import parse_upstream
from tests.support.relays import NOON, ROOT, RelayUnderTest, blob_of, page_of

Weather = Callable[[bytes], bytes]
"""Is given an answer; gives what of it arrives, or raises."""

ADDRESS: Final = "https://upstream.example.org"


def fair(answer: bytes) -> bytes:
    """Let everything arrive."""
    return answer


def no_link(_answer: bytes) -> bytes:
    """Lose the answer, after the upstream has acted on the request."""
    raise UnreachableError("no-answer")


@dataclass
class WeatherLink:
    """Carries bytes into the upstream's application.

    Attributes:
        relay: The upstream.
        weather: What becomes of answers.
        is_down: Nothing goes out either.
        requests: What was said so far.
    """

    relay: RelayUnderTest
    weather: Weather = fair
    is_down: bool = False
    requests: list[bytes] = field(default_factory=list)

    def exchange(self, body: bytes) -> bytes:
        """Be a `Link`."""
        if self.is_down:
            raise UnreachableError("no-answer")
        self.requests.append(body)
        reply = self.relay.http("POST", self.relay.path, body, source="203.0.113.9")
        if reply.status != "200 OK":
            raise UnreachableError("not-a-relay")
        return self.weather(reply.body)

    def close(self) -> None:
        """Nothing is open."""


class CourierPair:
    """A courier relay, its upstream, and what goes between them."""

    def __init__(
        self,
        folder: Path,
        *,
        with_root: bool = True,
        courier_url: str | None = None,
        **upstream: int,
    ) -> None:
        """Build both on one clock; a second pair on the same folder is the first one restarted."""
        self.clock = FixedClock(NOON)
        self.upstream = RelayUnderTest(folder / "upstream", url=None, clock=self.clock, **upstream)
        self.courier = RelayUnderTest(folder / "courier", url=courier_url, clock=self.clock)
        self.link = WeatherLink(self.upstream)
        self.line = parse_upstream(
            bridge_line(self.upstream, with_root=with_root), bytes(self.courier.key)
        )

    def close(self) -> None:
        """Close both databases."""
        self.courier.close()
        self.upstream.close()

    def run(self, fault: FaultPoint = no_fault) -> Tally:
        """Let the courier relay forward once."""
        relay = self.courier.relay
        return Forwarder(relay.storage, relay.shared, self.clock, self.line, self.link, fault).run()

    def standing(self) -> ledger.Standing:
        """Tell how far it has come."""
        with self.courier.relay.storage.reading() as connection:
            return ledger.standing(connection)


def bridge_line(relay: RelayUnderTest, *, with_root: bool) -> str:
    """Write a relay's line, with the desk's root key or without."""
    root = RootKey(ROOT.public) if with_root else None
    name = "A desk" if with_root else None
    return format_bridge_line(BridgeLine(ADDRESS + relay.path, relay.key, root, name))


def chain(length: int) -> list[bytes]:
    """Make board pages that follow each other."""
    pages = [page_of(1)]
    for seq in range(2, length + 1):
        pages.append(page_of(seq, page_hash(pages[-1])))
    return pages


def put_pages(relay: RelayUnderTest, pages: list[bytes]) -> None:
    """Leave board pages at a relay, as the desk does."""
    relay.desk(b"".join(encode_frame(FrameType.PUT_BOARD, page) for page in pages))


def put_replies(relay: RelayUnderTest, *addresses: bytes) -> None:
    """Leave one reply under each address, as the desk does."""
    for start in range(0, len(addresses), 200):
        lot = addresses[start : start + 200]
        frames = (encode_frame(FrameType.PUT_REPLY, one + one * 64) for one in lot)
        relay.desk(b"".join(frames))


def blobs(count: int) -> list[bytes]:
    """Make some blobs of several sizes."""
    return [blob_of(number, (1024, 2048, 16384)[number % 3]) for number in range(count)]


def mailbox_of(relay: RelayUnderTest) -> set[bytes]:
    """Read the addresses of every reply a relay hands out."""
    found: set[bytes] = set()
    prefix = cursor = 0
    while prefix < 1 << 16:
        header = RequestHeader(mailbox_prefix=prefix, mailbox_cursor=cursor)
        page = relay.exchange(b"", header).mailbox
        assert page is not None
        found |= {entry.address for entry in page.entries}
        cursor = page.cursor
        if not page.entries:
            prefix, cursor = page.prefix + (1 << (16 - page.bits)), 0
    return found
