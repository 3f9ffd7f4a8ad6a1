"""The censor strikes what its rules name, and lets everything else pass untouched."""

import ssl
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab import packets
from tests.lab.censor import Censor, censor_of
from tests.lab.client_hello import server_name
from tests.lab.link_model import DOWN, MILLION, UP
from tests.lab.packets import ACK, PSH, RST, SYN, Segment, read_segment, write_segment
from tests.lab.traffic import Traffic

PHONE, RELAY, OTHER = "10.77.0.1", "10.77.1.1", "10.77.2.1"


def hello(host: str) -> bytes:
    """Let a real TLS client say its first words."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context()
    talk = tls.wrap_bio(incoming, outgoing, server_hostname=host)
    with pytest.raises(ssl.SSLWantReadError):
        talk.do_handshake()
    return outgoing.read()


def segment(payload: bytes = b"", flags: int = ACK | PSH, seq: int = 1000, **of: Any) -> Segment:  # noqa: ANN401
    """Make a segment from the phone to the relay."""
    port, target = of.get("port", 40_000), of.get("target", RELAY)
    return Segment(PHONE, port, target, of.get("target_port", 443), seq, 500, flags, payload)


def up(censor: Censor, one: Segment, at_us: int = 0) -> bool:
    """Send a segment from the phone; tell whether it passed."""
    return censor.judge(at_us, UP, write_segment(one)).forward is not None


SNI = {"kind": "sni", "names": ["relay1.lab"], "residual_seconds": 30}


def test_the_name_of_a_real_client_hello_is_read() -> None:
    assert server_name(hello("Relay1.lab")) == "relay1.lab"


@given(st.binary(max_size=600))
def test_any_bytes_have_a_name_or_none(octets: bytes) -> None:
    assert server_name(octets) is None or octets[:1] == b"\x16"


@given(st.integers(0, 600), st.integers(0, 600), st.binary(max_size=8))
def test_a_damaged_hello_raises_nothing(start: int, end: int, noise: bytes) -> None:
    whole = _HELLO
    server_name(whole[:start] + noise + whole[end:])


_HELLO = hello("relay1.lab")


def test_a_blocked_name_is_reset_both_ways_and_the_rest_of_its_flow_too() -> None:
    censor = censor_of([SNI])
    verdict = censor.judge(0, UP, write_segment(segment(hello("relay1.lab"))))
    assert verdict.forward is None
    ways = {way: read_segment(made) for way, made in verdict.injected}
    onward, back = ways[UP], ways[DOWN]
    assert onward is not None
    assert back is not None
    assert onward.flags & RST
    assert (onward.target, onward.seq) == (RELAY, 1000)
    assert back.flags & RST
    assert (back.target, back.target_port, back.seq) == (PHONE, 40_000, 500)
    assert not up(censor, segment(b"more", seq=1500))


def test_other_names_pass_and_names_below_a_blocked_one_do_not() -> None:
    assert up(censor_of([SNI]), segment(hello("relay2.lab")))
    assert up(censor_of([SNI]), segment(hello("notrelay1.lab")))
    assert not up(censor_of([SNI]), segment(hello("www.relay1.lab")))


def test_residual_blocking_stops_new_connections_for_its_time() -> None:
    censor = censor_of([SNI])
    assert not up(censor, segment(hello("relay1.lab")))
    again = segment(flags=SYN, port=40_001)
    assert not up(censor, again, 29 * MILLION)
    assert up(censor, segment(flags=SYN, port=40_001, target=OTHER), 29 * MILLION)
    assert up(censor, segment(flags=SYN, port=40_002), 31 * MILLION)


@pytest.mark.parametrize("reassembles", [True, False])
def test_a_hello_split_inside_the_name_passes_only_who_reads_segments_alone(
    *, reassembles: bool
) -> None:
    whole = hello("relay1.lab")
    middle = whole.index(b"relay1.lab") + 4
    censor = censor_of([{**SNI, "reassembles": reassembles}])
    assert up(censor, segment(whole[:middle]))
    assert up(censor, segment(whole[middle:], seq=1000 + middle)) is not reassembles


def test_a_keyword_in_the_clear_is_struck_also_across_segments() -> None:
    rule = {"kind": "keyword", "words": ["tocsin"], "action": "drop"}
    censor = censor_of([rule])
    assert up(censor, segment(b"GET /toc"))
    verdict = censor.judge(0, UP, write_segment(segment(b"sin HTTP/1.1", seq=1008)))
    assert verdict.forward is None
    assert verdict.injected == ()


def test_a_black_hole_swallows_one_address_in_both_directions() -> None:
    censor = censor_of([{"kind": "address", "addresses": [RELAY]}])
    answer = Segment(RELAY, 443, PHONE, 40_000, 1, 1, ACK, b"")
    assert not up(censor, segment(flags=SYN))
    assert censor.judge(0, DOWN, write_segment(answer)).forward is None
    assert up(censor, segment(flags=SYN, target=OTHER))
    assert censor.strikes == [2]


def test_no_address_named_means_all() -> None:
    censor = censor_of([{"kind": "address", "addresses": []}])
    assert not up(censor, segment(flags=SYN, target=OTHER))


def test_a_policer_lets_its_rate_pass_and_no_more() -> None:
    rule = {"kind": "throttle", "bits_per_second": 130_000, "burst_bytes": 8000}
    censor = censor_of([rule])
    passed = 0
    for number in range(2000):  # 100 packets of about 1 KB a second: six times too much
        one = segment(bytes(960), seq=number * 960)
        passed += 1000 * up(censor, one, number * 10_000)
    assert abs(passed - (130_000 / 8 * 20 + 8000)) < 2000


def test_a_portal_answers_for_everybody() -> None:
    portal = "10.77.9.1"
    censor = censor_of([{"kind": "portal", "address": portal}])
    gone = censor.judge(0, UP, write_segment(segment(flags=SYN))).forward
    assert gone is not None
    assert packets.addresses(gone) == (PHONE, portal)
    back = Segment(portal, 443, PHONE, 40_000, 1, 1001, SYN | ACK, b"")
    seen = censor.judge(0, DOWN, write_segment(back)).forward
    assert seen is not None
    assert packets.addresses(seen) == (RELAY, PHONE)
    assert up(censor, segment(flags=SYN, target_port=8470))


def test_a_connection_is_cut_right_behind_the_byte() -> None:
    censor = censor_of([{"kind": "cut", "at_bytes": [1500, 2500]}])
    assert up(censor, segment(bytes(1000), seq=0))
    assert up(censor, segment(bytes(1000), seq=0)), "a repeat is not counted twice"
    verdict = censor.judge(0, UP, write_segment(segment(bytes(1000), seq=1000)))
    assert verdict.forward is not None
    kept = read_segment(verdict.forward)
    assert kept is not None
    assert len(kept.payload) == 500
    resets = [read_segment(made) for _, made in verdict.injected]
    assert [one.seq for one in resets if one is not None] == [1500, 500]
    assert not up(censor, segment(bytes(10), seq=2000))
    assert up(censor, segment(bytes(900), seq=0, port=40_001))
    assert censor.judge(0, UP, write_segment(segment(bytes(200), seq=900, port=40_001))).injected


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no censor rule"):
        censor_of([{"kind": "bribe"}])


@given(st.binary(max_size=120))
def test_any_packet_is_judged_without_an_error(octets: bytes) -> None:
    rules: list[dict[str, Any]] = [
        SNI,
        {"kind": "keyword", "words": ["x"]},
        {"kind": "cut", "at_bytes": [5]},
    ]
    censor_of(rules).judge(0, UP, octets)


@given(
    payload=st.binary(max_size=1400),
    flags=st.integers(0, 63),
    seq=st.integers(0, 2**32 - 1),
    ack=st.integers(0, 2**32 - 1),
)
def test_a_segment_is_read_as_it_was_written(
    payload: bytes, flags: int, seq: int, ack: int
) -> None:
    one = Segment(PHONE, 1, RELAY, 65_535, seq, ack, flags, payload)
    written = write_segment(one)
    assert read_segment(written) == one
    assert packets.checksum(written[:20]) == 0
    assert packets.readdress(written) == written, "checksums were right already"


@given(payload=st.binary(min_size=1, max_size=1400), keep=st.integers(0, 1400))
def test_a_truncated_packet_is_a_right_one(payload: bytes, keep: int) -> None:
    keep = min(keep, len(payload))
    one = segment(payload)
    shorter = packets.truncate(write_segment(one), one, keep)
    assert shorter == write_segment(segment(payload[:keep]))


def test_the_log_holds_what_a_watcher_sees() -> None:
    traffic = Traffic(is_logging=True)
    traffic.see(5, UP, write_segment(segment(flags=SYN)))
    traffic.see(9, DOWN, write_segment(Segment(RELAY, 443, PHONE, 40_000, 1, 1, ACK, b"abc")))
    assert len(traffic.flows) == 1
    assert traffic.entries == [
        (5, UP, 40, SYN, 40_000, RELAY, 443),
        (9, DOWN, 43, ACK, 40_000, RELAY, 443),
    ]
