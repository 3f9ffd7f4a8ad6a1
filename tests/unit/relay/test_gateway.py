"""The SMS gateway's door: messages lost, mixed, doubled, forged; and nobody's number kept."""

import json
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from urllib.parse import urlencode

import pytest

from schemas.bundle.sms_text import sms_texts
from schemas.constants import SMS_PIECE_BYTES
from schemas.domain.directory import RecipientRecord
from schemas.envelope.keys import Identity
from schemas.envelope.opening import Opener
from schemas.envelope.sealing import envelope_id
from schemas.envelope.sms import seal_sms
from server.plumbing.config import RelayConfig
from server.plumbing.errors import ConfigError
from server.relay.gateway_shelf import KEPT_DAYS, MOST_FILES, Shelf
from tests.support.dice import Dice
from tests.support.relays import DESK_ID, RelayUnderTest, Reply, blob_of

SECRET = "Zq3xT7mB0vKc9LpW2sYf4N"
SENDER = "+250788123456"
DESK = Identity(2900, bytes(range(32)))


@pytest.fixture
def gateway(tmp_path: Path) -> RelayUnderTest:
    """A relay with the door open."""
    return RelayUnderTest(tmp_path, sms_secret=SECRET)


def _report(number: int = 1, words: int = 12) -> bytes:
    text = " ".join(f"word{n * number}" for n in range(words))
    plain = json.dumps({"text": text}).encode()
    record = RecipientRecord(2900, DESK.public)
    dice = Dice(number)
    return seal_sms(plain, recipient=record, desk_id=DESK_ID, entropy=dice.bytes).blob


def _post(relay: RelayUnderTest, text: str, path: str = f"/{SECRET}") -> Reply:
    body = urlencode({"From": SENDER, "To": "+1555", "MessageSid": "SM1", "Body": text}).encode()
    return relay.http("POST", path, body, CONTENT_TYPE="application/x-www-form-urlencoded")


def _shelf(relay: RelayUnderTest) -> list[str]:
    folder = relay.config.home / "sms"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_messages_become_a_report_that_the_desk_opens(gateway: RelayUnderTest) -> None:
    blob = _report()
    for text in sms_texts(blob):
        assert _post(gateway, text).status == "200 OK"
    (pulled,) = gateway.pull().envelopes
    assert pulled.blob == blob
    assert Opener(DESK_ID, [DESK]).open(pulled.blob).id == envelope_id(blob)
    assert gateway.held(blob) == [True]


@pytest.mark.parametrize("lost", range(4))
def test_any_one_message_may_be_lost(gateway: RelayUnderTest, lost: int) -> None:
    blob = _report(words=100)
    texts = sms_texts(blob)
    assert len(texts) == 4
    for text in texts[:lost] + texts[lost + 1 :]:
        _post(gateway, text)
    assert gateway.held(blob) == [True]


def test_order_and_repetition_do_not_matter(gateway: RelayUnderTest) -> None:
    for number, order in enumerate(permutations(range(3)), start=2):
        blob = _report(number)
        texts = sms_texts(blob)
        for index in order:
            _post(gateway, texts[index])
            _post(gateway, texts[index])
        assert gateway.held(blob) == [True]
    assert len(gateway.pull().envelopes) == 6


def test_messages_of_many_reports_may_be_mixed(gateway: RelayUnderTest) -> None:
    blobs = [_report(number) for number in range(1, 20)]
    texts = [text for blob in blobs for text in sms_texts(blob)[:2]]
    dice = Dice(3)
    for text in sorted(texts, key=lambda _: dice.number(2**32)):
        _post(gateway, text)
    assert gateway.held(*blobs) == [True] * len(blobs)
    assert _shelf(gateway) == []


def test_all_messages_again_store_nothing_twice(gateway: RelayUnderTest) -> None:
    blob = _report()
    for text in sms_texts(blob) * 3:
        assert _post(gateway, text).status == "200 OK"
    assert len(gateway.pull().envelopes) == 1


def test_what_came_before_a_restart_counts(tmp_path: Path) -> None:
    blob = _report()
    first, second, _ = sms_texts(blob)
    before = RelayUnderTest(tmp_path, sms_secret=SECRET)
    _post(before, first)
    before.close()
    after = RelayUnderTest(tmp_path, sms_secret=SECRET)
    _post(after, second)
    assert after.held(blob) == [True]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", lambda text: json.dumps({"from": SENDER, "text": text})),
        ("application/json", lambda text: json.dumps({"sms": {"message": text, "from": SENDER}})),
        ("application/json", lambda text: json.dumps([{"content": text}])),
        ("text/plain; charset=utf-8", lambda text: text),
        ("application/x-www-form-urlencoded", lambda text: urlencode({"message": text})),
    ],
)
def test_common_gateways_are_understood(gateway: RelayUnderTest, kind: str, body: object) -> None:
    assert callable(body)
    blob = _report()
    for text in sms_texts(blob):
        content = body(text).encode()
        reply = gateway.http("POST", f"/{SECRET}", content, CONTENT_TYPE=kind)
        assert (reply.status, reply.body) == ("200 OK", b"")
    assert gateway.held(blob) == [True]


@pytest.mark.parametrize(
    "text", ["Where are you?", "", "A" * 159, "A" * 160, "é" * 160, "stop", "\x00" * 160]
)
def test_a_message_that_is_none_of_ours_is_answered_alike_and_forgotten(
    gateway: RelayUnderTest, text: str
) -> None:
    ours = _post(gateway, sms_texts(_report())[0])
    other = _post(gateway, text)
    assert (other.status, other.headers, other.body) == (ours.status, ours.headers, ours.body)
    assert len(_shelf(gateway)) == 1


def test_a_forged_message_spoils_its_report_only_until_it_is_sent_again(
    gateway: RelayUnderTest,
) -> None:
    blob = _report()
    texts = sms_texts(blob)
    _post(gateway, texts[0])
    _post(gateway, texts[1][:-1] + ("B" if texts[1][-1] != "B" else "C"))
    assert gateway.held(blob) == [False]
    for text in texts:
        _post(gateway, text)
    assert gateway.held(blob) == [True]


def test_no_number_and_no_time_of_day_is_kept(
    gateway: RelayUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    _post(gateway, sms_texts(_report())[0])
    _post(gateway, f"Call me at {SENDER}")
    (name,) = _shelf(gateway)
    assert name.startswith(f"{gateway.day:06d}-2-")
    kept = gateway.config.home / "sms" / name
    assert len(kept.read_bytes()) == SMS_PIECE_BYTES
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.stat().st_mtime == gateway.day * 86_400
    digits = SENDER[1:].encode()
    assert all(
        digits not in path.read_bytes() for path in gateway.config.home.rglob("*") if path.is_file()
    )
    said = capsys.readouterr()
    assert digits.decode() not in said.out + said.err


def test_a_message_alone_is_forgotten_after_some_days(gateway: RelayUnderTest) -> None:
    first, second, _ = sms_texts(_report())
    _post(gateway, first)
    gateway.clock.advance(timedelta(days=KEPT_DAYS + 1))
    _post(gateway, second)
    assert len(_shelf(gateway)) == 1


def test_any_request_of_a_later_day_forgets_it_too(gateway: RelayUnderTest) -> None:
    _post(gateway, sms_texts(_report())[0])
    gateway.clock.advance(timedelta(days=KEPT_DAYS + 1))
    gateway.http("GET", "/")
    assert _shelf(gateway) == []


def test_a_flood_of_messages_takes_bounded_room(
    gateway: RelayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.relay.gateway_shelf.MOST_FILES", 20)
    for number in range(1, 60):
        _post(gateway, sms_texts(_report(number))[0])
    assert len(_shelf(gateway)) == 20
    blob = _report(1000)
    for text in sms_texts(blob):
        _post(gateway, text)
    assert gateway.held(blob) == [True]
    assert MOST_FILES * SMS_PIECE_BYTES < 2**20


def test_a_disk_that_refuses_makes_the_gateway_try_again(
    gateway: RelayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    text = sms_texts(_report())[0]
    with monkeypatch.context() as broken:
        broken.setattr(Shelf, "_write", full)
        assert _post(gateway, text).status == "503 Service Unavailable"
    assert _post(gateway, text).status == "200 OK"


def test_a_full_relay_makes_the_gateway_try_again(tmp_path: Path) -> None:
    relay = RelayUnderTest(tmp_path, sms_secret=SECRET, max_total_bytes=1024)
    relay.put(blob_of(1))
    statuses = [_post(relay, text).status for text in sms_texts(_report())]
    assert statuses == ["200 OK", "503 Service Unavailable", "503 Service Unavailable"]


@pytest.mark.parametrize(
    ("method", "path", "length"),
    [
        ("POST", "/another", "160"),
        ("POST", f"/{SECRET}/", "160"),
        ("GET", f"/{SECRET}", "0"),
        ("PUT", f"/{SECRET}", "160"),
        ("POST", f"/{SECRET}", "0"),
        ("POST", f"/{SECRET}", "16385"),
        ("POST", f"/{SECRET}", "many"),
    ],
)
def test_everything_else_is_an_unknown_page(
    gateway: RelayUnderTest, method: str, path: str, length: str
) -> None:
    unknown = gateway.http(method, "/no-such-page", b"", CONTENT_LENGTH="0")
    reply = gateway.http(method, path, b"", CONTENT_LENGTH=length)
    assert (reply.status, reply.headers, reply.body) == (
        unknown.status,
        unknown.headers,
        unknown.body,
    )


def test_the_door_is_closed_unless_a_secret_is_set(lone_relay: RelayUnderTest) -> None:
    blob = _report()
    for text in sms_texts(blob):
        assert _post(lone_relay, text).status == "404 NOT FOUND"
    assert lone_relay.held(blob) == [False]
    assert _shelf(lone_relay) == []


@pytest.mark.parametrize("secret", ["short", "a/b" * 10, "sms", "é" * 30, "x" * 129])
def test_a_secret_that_is_none_is_refused(secret: str, tmp_path: Path) -> None:
    env = {"TOCSIN_HOME": str(tmp_path), "TOCSIN_RELAY_SMS_SECRET": secret}
    with pytest.raises(ConfigError, match="22 to 128"):
        RelayConfig.from_env(env)
    assert RelayConfig.from_env(env | {"TOCSIN_RELAY_SMS_SECRET": SECRET}).sms_secret == SECRET
