"""Who waits, who gets a thread, who has to go: rules on numbers, without a socket."""

from collections.abc import Callable
from typing import Final

import pytest

from server.relay.arrival import (
    GRACE_SECONDS,
    HEADER_SECONDS,
    LEAST_BYTES_PER_SECOND,
    LINGER_SECONDS,
    MOST_DRAINED_BYTES,
    MOST_GATHERED_BYTES,
    MOST_HEADER_BYTES,
    Arrival,
    State,
)
from server.relay.crowd import (
    ANSWER_SECONDS,
    MOST_GATHERED_IN_ALL_BYTES,
    NEW_SECONDS,
    PARTIAL_SECONDS,
    Crowd,
    Limits,
)

LIMITS: Final = Limits(threads=4, connections=10, per_source=3, body_seconds=300, idle_seconds=30)
WIDE: Final = Limits(threads=4, connections=999, per_source=999, body_seconds=300, idle_seconds=30)
HOME: Final = b"\x04\xc0\x00\x02"


def head(body_bytes: int, name: str = "Content-Length") -> bytes:
    """Write an HTTP header that announces a body."""
    return f"POST /x HTTP/1.1\r\nHost: a\r\n{name}: {body_bytes}\r\n\r\n".encode("ascii")


def arrived(*pieces: bytes, at: float = 0.0) -> Arrival:
    """Make an arrival of some bytes."""
    arrival = Arrival(at)
    for piece in pieces:
        arrival.take(piece, at)
    return arrival


# --- one request ----------------------------------------------------------------------
@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_request_is_whole_with_its_last_byte_however_it_is_cut(step: int) -> None:
    whole = head(11) + b"hello world"
    arrival = Arrival(0.0)
    states = []
    for start in range(0, len(whole), step):
        arrival.take(whole[start : start + step], 0.0)
        states.append(arrival.state)
    assert states[-1] is State.WHOLE
    assert State.WHOLE not in states[:-1]
    assert arrival.gathered() == whole


def test_request_without_a_body_is_whole_with_its_header() -> None:
    assert arrived(b"GET / HTTP/1.1\r\n\r\n").state is State.WHOLE


def test_length_is_found_in_any_case_and_only_as_a_header_of_its_own() -> None:
    assert arrived(head(5, "content-LENGTH")).state is State.BODY
    assert arrived(head(5, "X-Content-Length")).state is State.WHOLE


@pytest.mark.parametrize(
    "said", ["9" * 19, "-1", "+5", "5, 5", "", "x", "5\r\nContent-Length: 5", "1" * 5000]
)
def test_length_that_is_none_is_nobodys_whole_request(said: str) -> None:
    header = f"POST /x HTTP/1.1\r\nContent-Length: {said}\r\n\r\n".encode("ascii")
    assert arrived(header).state is State.BODY


def test_body_in_chunks_is_never_whole_by_itself() -> None:
    header = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
    assert arrived(header, b"5\r\nhello\r\n0\r\n\r\n").state is State.BODY


def test_header_without_an_end_goes_to_the_parser_as_it_is() -> None:
    arrival = arrived(b"GET / HTTP/1.1\r\n", b"A" * MOST_HEADER_BYTES)
    assert arrival.state is State.WHOLE


def test_slowest_link_that_is_worth_a_wait_is_waited_for() -> None:
    whole, arrival = head(20_000) + bytes(20_000), Arrival(0.0)
    for second in range(1000):
        at = second * LEAST_BYTES_PER_SECOND
        arrival.take(whole[at : at + LEAST_BYTES_PER_SECOND] or b"", float(second))
        assert not arrival.is_too_slow(float(second))
        if arrival.state is State.WHOLE:
            break
    assert arrival.state is State.WHOLE


def test_link_that_is_down_for_ninety_seconds_is_waited_for() -> None:
    arrival = arrived(head(4096) + bytes(100))
    assert not arrival.is_too_slow(90.0)
    assert arrival.is_too_slow(GRACE_SECONDS + 10)


# --- threads --------------------------------------------------------------------------
def crowd_of(pieces: int, make: Callable[[int], bytes], limits: Limits = WIDE) -> Crowd[int]:
    """Let so many connections come at time zero and send something."""
    crowd: Crowd[int] = Crowd(limits)
    for key in range(pieces):
        crowd.come(key, None, 0.0).take(make(key), 0.0)
    return crowd


def test_senders_that_stall_get_half_of_the_threads_and_no_more() -> None:
    crowd = crowd_of(100, lambda _: head(4096) + bytes(99))
    served = crowd.look(1.0).serve
    assert len(served) == WIDE.threads // 2
    for key in served:
        crowd.hold(key, 1.0)
    assert crowd.look(2.0).serve == []


def test_sender_that_goes_on_needs_no_thread_before_it_is_done() -> None:
    crowd = crowd_of(1, lambda _: head(4096) + bytes(99))
    assert crowd.look(0.1).serve == []


def test_slowest_gives_its_thread_to_a_long_body_that_waits() -> None:
    crowd = crowd_of(3, lambda key: head(90_000) + bytes(500 if key == 1 else 100))
    crowd.hold(0, 1.0)
    crowd.hold(1, 1.0)
    crowd.come(9, None, 2.0).take(head(1 << 20) + bytes(MOST_GATHERED_BYTES), 2.0)
    assert crowd.look(2.0 + PARTIAL_SECONDS - 1.5).cut_held == []
    verdicts = crowd.look(2.0 + PARTIAL_SECONDS)
    assert (verdicts.cut_held, verdicts.serve) == ([0], [])
    assert crowd.look(2.5 + PARTIAL_SECONDS).cut_held == [1]


def test_body_past_its_time_is_cut_and_its_answer_dropped_if_nobody_reads_it() -> None:
    crowd = crowd_of(1, lambda _: head(90_000) + bytes(90))
    crowd.hold(0, 1.0)
    assert crowd.look(300.0).cut_held == []
    assert crowd.look(301.0).cut_held == [0]
    assert crowd.look(302.0).cut_held == []
    assert crowd.look(602.0).drop_held == [0]


def test_answer_nobody_reads_is_dropped_when_threads_run_out_oldest_first() -> None:
    crowd = crowd_of(4, lambda _: head(1) + b"x")
    for key in (2, 0, 1):
        crowd.hold(key, float(key))
    assert crowd.look(ANSWER_SECONDS + 10).drop_held == []
    crowd.hold(3, 3.0)
    assert crowd.look(ANSWER_SECONDS).drop_held == []
    assert crowd.look(ANSWER_SECONDS + 1).drop_held == [0]


# --- connections ----------------------------------------------------------------------
def test_slowest_goes_when_connections_run_out() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(10):
        crowd.come(key, None, 0.0).take(head(999) + bytes(10 * key + 1), 0.0)
    assert crowd.victim_for(None, 5.0) == (True, 0)
    crowd.go(0)
    assert crowd.victim_for(None, 5.0) == (True, None)


def test_connection_with_nothing_to_say_goes_before_one_that_speaks() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(10):
        arrival = crowd.come(key, None, 0.0)
        if key != 7:
            arrival.take(head(999), 0.0)
    assert crowd.victim_for(None, 5.0) == (True, 7)


def test_sender_whose_header_has_just_come_stays_while_slow_ones_wait() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(9):
        crowd.come(key, None, 0.0).take(head(999) + bytes(999), 0.0)
    # Slower than the others so far, by any count: its body is on the way.
    crowd.come(9, None, 5.0).take(head(1), 5.0)
    assert crowd.victim_for(None, 5.0) == (True, 0)
    assert crowd.victim_for(None, 5.0 + NEW_SECONDS) == (True, 9)


def test_when_everybody_has_just_begun_who_began_first_goes() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(10):
        at = (9 - key) * 0.01
        crowd.come(key, None, at).take(head(999) + bytes(10 * (9 - key)), at)
    assert crowd.victim_for(None, 0.1) == (True, 9)


def test_nobody_is_dropped_for_another_while_all_are_being_answered() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(10):
        crowd.come(key, None, 0.0).take(head(1) + b"x", 0.0)
        crowd.hold(key, 0.0)
    assert crowd.victim_for(None, 5.0) == (False, None)
    had_room = crowd.has_room
    crowd.wait(3, 5.0)
    assert (had_room, crowd.has_room) == (False, True)
    assert crowd.victim_for(None, 6.0) == (True, 3)


def test_who_has_had_the_last_answer_goes_first_and_soon() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    for key in range(10):
        crowd.come(key, None, 0.0)
    crowd.hold(4, 0.0)
    leaving = crowd.leave(4, 5.0)
    assert crowd.victim_for(None, 5.0) == (True, 4)
    assert crowd.look(5.0 + LINGER_SECONDS).drop == []
    assert crowd.look(5.1 + LINGER_SECONDS).drop == [4]
    assert leaving.drain(bytes(MOST_DRAINED_BYTES - 1))
    assert not leaving.drain(b"x")


def test_neighbourhood_with_its_share_gives_one_of_its_own() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    crowd.come(0, None, 0.0)
    for key in (1, 2, 3):
        crowd.come(key, HOME, 0.0).take(bytes(key), 0.0)
    assert crowd.victim_for(HOME, 5.0) == (True, 1)
    assert crowd.victim_for(b"\x04\xc6\x33\x64", 5.0) == (True, None)
    assert crowd.victim_for(None, 5.0) == (True, None)
    crowd.go(2)
    assert crowd.victim_for(HOME, 5.0) == (True, None)


def test_neighbourhood_is_forgotten_with_its_last_connection() -> None:
    crowd: Crowd[int] = Crowd(LIMITS)
    crowd.come(1, HOME, 0.0)
    crowd.go(1)
    assert HOME not in repr(vars(crowd)).encode("ascii", "backslashreplace")
    assert len(crowd) == 0


# --- time and memory ------------------------------------------------------------------
def test_whoever_says_nothing_or_half_a_header_is_dropped_in_time() -> None:
    crowd: Crowd[int] = Crowd(WIDE)
    crowd.come(1, None, 0.0)
    crowd.come(2, None, 0.0).take(b"POST /x HT", 0.0)
    crowd.come(3, None, 0.0).take(head(4096) + bytes(9), 0.0)
    assert crowd.look(HEADER_SECONDS).drop == []
    assert crowd.look(HEADER_SECONDS + 1).drop == [2]
    assert sorted(crowd.look(31.0).drop) == [1, 2]


def test_trickle_does_not_put_the_end_of_a_header_off() -> None:
    crowd: Crowd[int] = Crowd(WIDE)
    arrival = crowd.come(1, None, 0.0)
    for second in range(int(HEADER_SECONDS) + 1):
        arrival.take(b"a", float(second))
    assert crowd.look(HEADER_SECONDS + 1).drop == [1]


def test_sender_too_slow_for_any_link_is_cut_and_what_it_sent_is_kept() -> None:
    crowd = crowd_of(1, lambda _: head(90_000) + bytes(99), limits=WIDE)
    crowd.hold(0, 0.5)
    crowd.come(1, None, 0.0).take(head(90_000) + bytes(99), 0.0)
    crowd.hold(1, 0.5)
    crowd.come(2, None, 0.0).take(head(90_000) + bytes(99), 0.0)
    verdicts = crowd.look(GRACE_SECONDS + 60)
    assert (verdicts.cut, verdicts.drop) == ([2], [])


def test_memory_is_taken_back_from_whoever_has_most_of_it() -> None:
    size = 100_000
    count = MOST_GATHERED_IN_ALL_BYTES // size + 2
    crowd = crowd_of(count, lambda key: head(size * 3) + bytes(size + (key == 5)))
    for number in range(4):
        crowd.come(-1 - number, None, 0.0).take(head(1) + b"x", 0.0)
        crowd.hold(-1 - number, 0.0)
    cut = crowd.look(0.1).cut
    assert cut[0] == 5
    assert 1 <= len(cut) <= 3
