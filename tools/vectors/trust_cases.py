"""Invites and directories: whom to believe, and whom not."""

from dataclasses import replace
from datetime import date

from client_sync.trust import TrustedDirectory, accept_directory
from schemas.domain.directory import (
    BackupRecord,
    BridgeLine,
    Directory,
    Policy,
    RecipientRecord,
    RootLink,
)
from schemas.domain.ids import BoardKey, DeskId, RelayKey, RootKey
from schemas.envelope.keys import Identity, SigningKey, desk_id_of
from schemas.envelope.padding import deflate
from schemas.envelope.signing import sign_directory, sign_root_link
from schemas.wire import canonical, codec
from schemas.wire.directory import encode_directory
from schemas.wire.invite import format_bridge_line, invite_link
from tools.vectors.case import Case, bad, flipped, good, must_refuse, seeded
from tools.vectors.form_samples import form

ROOT = SigningKey(seeded("root"))
_NEXT_ROOT = SigningKey(seeded("next root"))
_LAST_ROOT = SigningKey(seeded("last root"))
_RELAY = SigningKey(seeded("relay"))
_BOARD = SigningKey(seeded("board"))
DESK_ID = desk_id_of(ROOT.public)
_WEEKS = range(2969, 2995)
_URL = "https://relay.example.org/" + seeded("path", 16).hex()


def bridge(**changes: object) -> BridgeLine:
    """Give the invite of the vectors' desk."""
    line = BridgeLine(_URL, RelayKey(_RELAY.public), RootKey(ROOT.public), "Desk of Ré & co")
    return replace(line, **changes)  # type: ignore[arg-type]  # fields of BridgeLine


def directory(**changes: object) -> Directory:
    """Give the directory of the vectors' desk."""
    plain = Directory(
        version=3,
        issued=date(2026, 11, 23),
        expires=date(2027, 5, 24),
        desk_id=DESK_ID,
        name="Desk of Ré & co",
        recipients=tuple(
            RecipientRecord(week, Identity(week, seeded(f"week {week}")).public) for week in _WEEKS
        ),
        board_key=BoardKey(_BOARD.public),
        relays=(bridge(root_key=None, name=None),),
        taxonomy_version="un-2014-draft-0",
        backup=BackupRecord(Identity(None, seeded("backup")).public),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Directory


_FORMS = (canonical.encode(form(version=1000)), canonical.encode(form(key="silent", categories=[])))


def signed(root: SigningKey = ROOT, **changes: object) -> bytes:
    """Give the directory signed."""
    return sign_directory(root, encode_directory(directory(**changes)))


def _raw(text: bytes, root: SigningKey = ROOT) -> bytes:
    """Sign bytes that the writer of directories would refuse to write."""
    return root.sign("t1.directory", text) + deflate(text)


def _edited(before: str, behind: str) -> bytes:
    plain = encode_directory(directory()).decode("utf-8")
    if before not in plain:
        raise AssertionError(f"{before} does not occur")
    return _raw(plain.replace(before, behind, 1).encode("utf-8"))


def _link(previous: SigningKey, following: SigningKey, desk_id: DeskId = DESK_ID) -> RootLink:
    return sign_root_link(previous, desk_id, RootKey(following.public))


def _given(data: bytes, held: bytes | None = None) -> dict[str, object]:
    return {
        "signed": data.hex(),
        "pinned_root": ROOT.public.hex(),
        "held": held.hex() if held else None,
    }


def _good_directories() -> list[Case]:
    newest = signed()
    chain = (_link(ROOT, _NEXT_ROOT), _link(_NEXT_ROOT, _LAST_ROOT))
    rows = {
        "the first directory": (newest, None),
        "a newer one than the one held": (newest, signed(version=2)),
        "the one held again": (newest, newest),
        "one without backup": (signed(backup=None), None),
        "one without relays": (signed(relays=()), None),
        "one recipient, four slots": (
            signed(recipients=(RecipientRecord(0, seeded("x"), slots=4),)),
            None,
        ),
        "every policy at its edge": (signed(policy=Policy(40, 16384, 16, 365, 1)), None),
        "a number for text messages": (signed(policy=Policy(sms_number="+250788000111")), None),
        "signed by a root handed over twice": (signed(_LAST_ROOT, root_chain=chain), None),
        "with forms of the desk's own": (signed(forms=_FORMS, forms_version=7), None),
        "with a form that nobody can read yet": (signed(forms=(b'{"v":9}',)), None),
        "with an app release": (signed(app_release="ab" * 32, version=2**32 - 1), None),
        "with the app as one file": (signed(app_release="ab" * 32, app_file="cd" * 32), None),
    }
    cases = []
    for name, (data, held) in rows.items():
        before = _held(held)
        got = accept_directory(data, RootKey(ROOT.public), before)
        out = {"version": got.directory.version, "json": got.plain_json.decode("utf-8")}
        cases.append(good(name, "accept", _given(data, held), out))
    return cases


def _held(data: bytes | None) -> TrustedDirectory | None:
    return accept_directory(data, RootKey(ROOT.public)) if data else None


def _numbered(number: str) -> bytes:
    """Write a number for text messages as it must not be."""
    return _edited('"smallest_bytes":1024', f'"smallest_bytes":1024,"sms_number":{number}')


def _bad_form_lists() -> dict[str, tuple[bytes, bytes | None]]:
    return {
        "no forms in a list": (_edited('"forms_version"', '"forms":[],"forms_version"'), None),
        "nine forms": (
            _edited('"forms_version"', f'"forms":[{",".join(["{}"] * 9)}],"forms_version"'),
            None,
        ),
        "a form that is no object": (
            _edited('"forms_version"', '"forms":["x"],"forms_version"'),
            None,
        ),
        "forms that are null": (_edited('"forms_version"', '"forms":null,"forms_version"'), None),
        "forms of version zero": (_edited('"forms_version":1', '"forms_version":0'), None),
    }


def _bad_directories() -> dict[str, tuple[bytes, bytes | None]]:
    plain = encode_directory(directory())
    newest = signed()
    week = f'"week":{_WEEKS[1]}'
    return {
        "no bytes": (b"", None),
        "a signature alone": (newest[:64], None),
        "one bit of the signature flipped": (flipped(newest, 3), None),
        "a stream cut short": (newest[:-4], None),
        "bytes after the stream": (newest + b"x", None),
        "signed by a stranger": (signed(SigningKey(seeded("stranger root"))), None),
        "signed by the next root without a hand-over": (signed(_NEXT_ROOT), None),
        "a hand-over by a stranger": (
            signed(_NEXT_ROOT, root_chain=(_link(_LAST_ROOT, _NEXT_ROOT),)),
            None,
        ),
        "a hand-over of another desk": (
            signed(_NEXT_ROOT, root_chain=(_link(ROOT, _NEXT_ROOT, DeskId(bytes(16))),)),
            None,
        ),
        "still signed by the root that handed over": (
            signed(ROOT, root_chain=(_link(ROOT, _NEXT_ROOT),)),
            None,
        ),
        "another desk's id": (signed(desk_id=DeskId(seeded("other", 16))), None),
        "older than the one held": (signed(version=2), newest),
        "another one of the same version": (signed(name="Desk"), newest),
        "not canonical": (_raw(plain + b" "), None),
        "inflates over 65536 bytes": (_raw(b'"' + b"a" * 65536 + b'"'), None),
        "version zero": (_edited('"version":3', '"version":0'), None),
        "a directory of format 2": (_edited('"v":1', '"v":2'), None),
        "an unknown field": (_edited('"v":1', '"v":1,"w":1'), None),
        "expires on the day of issue": (_edited("2027-05-24", "2026-11-23"), None),
        "no day of issue": (_edited('"issued":"2026-11-23",', ""), None),
        "weeks out of order": (_edited(week, f'"week":{_WEEKS[0]}'), None),
        "a suite nobody knows": (_edited('"suite":1,"week"', '"suite":2,"week"'), None),
        "one slot": (_edited('"slots":2', '"slots":1'), None),
        "a smallest bucket that is none": (
            _edited('"smallest_bytes":1024', '"smallest_bytes":1000'),
            None,
        ),
        "grace of no days": (_edited('"grace_days":60', '"grace_days":0'), None),
        "a desk without a name": (_edited('"name":"Desk of Ré & co"', '"name":""'), None),
        "a relay that is no bridge line": (_edited('"tocsin1 https', '"tocsin2 https'), None),
        "an app release that is no hash": (_edited('"app_release":""', '"app_release":"v1"'), None),
        **_bad_form_lists(),
        **_bad_app_files(),
        **_bad_numbers(),
        "null for a backup": (_edited('"backup":{', '"backup":null,"backup2":{'), None),
    }


def _bad_app_files() -> dict[str, tuple[bytes, None]]:
    return {
        "an app file without a release": (
            _edited('"app_release":""', f'"app_file":"{"cd" * 32}","app_release":""'),
            None,
        ),
        "an app file that is no hash": (
            _edited('"app_release":""', f'"app_file":"v1","app_release":"{"ab" * 32}"'),
            None,
        ),
        "an app file that is empty": (
            _edited('"app_release":""', f'"app_file":"","app_release":"{"ab" * 32}"'),
            None,
        ),
    }


def _bad_numbers() -> dict[str, tuple[bytes, None]]:
    return {
        "a number of two digits": (_numbered('"12"'), None),
        "a number of sixteen digits": (_numbered('"1234567890123456"'), None),
        "a number with a letter": (_numbered('"+25078800011a"'), None),
        "a number with a line break": (_numbered('"12345\\n"'), None),
        "no number": (_numbered("null"), None),
    }


def _refusal(data: bytes, held: bytes | None) -> str:
    root = RootKey(ROOT.public)
    return must_refuse(lambda: accept_directory(data, root, _held(held)))


def directory_cases() -> list[Case]:
    """List the cases of directory.json."""
    cases = _good_directories()
    for name, (data, held) in _bad_directories().items():
        slug = _refusal(data, held)
        cases.append(bad(name, "accept", _given(data, held), slug))
    chosen = {"within the list": 2980, "before the list": 1, "after the list": 9999}
    plain = encode_directory(directory()).decode("utf-8")
    for name, week in chosen.items():
        out = {"week": directory().recipient_for(week).week}
        cases.append(
            good(f"the recipient of a week {name}", "recipient", {"json": plain, "week": week}, out)
        )
    return cases


def _line_out(line: BridgeLine) -> dict[str, object]:
    return {
        "url": line.url,
        "relay_key": line.relay_key.hex(),
        "root_key": line.root_key.hex() if line.root_key else None,
        "name": line.name,
        "extra": [list(pair) for pair in line.extra],
        "line": format_bridge_line(line),
    }


def _bad_invites() -> dict[str, str]:
    plain = format_bridge_line(bridge())
    key, root = codec.to_base64url(_RELAY.public), codec.to_base64url(ROOT.public)
    tail = f"k={key} d={root} n=Desk"
    link = invite_link("https://app.example.org/", bridge())
    return {
        "nothing": "",
        "another word": plain.replace("tocsin1", "tocsin2"),
        "the word in upper case": plain.replace("tocsin1", "Tocsin1"),
        "two spaces": plain.replace(" k=", "  k="),
        "a tab": plain.replace(" k=", "\tk="),
        "no address": f"tocsin1 {tail}",
        "plain http over a network": f"tocsin1 http://relay.example.org/x {tail}",
        "http to an address of a private network": f"tocsin1 http://10.0.0.1/x {tail}",
        "a file address": f"tocsin1 file:///etc/passwd {tail}",
        "an address with a name and password": f"tocsin1 https://a:b@relay.example.org/x {tail}",
        "an address with a fragment": f"tocsin1 https://relay.example.org/x#y {tail}",
        "an address without a host": f"tocsin1 https:///x {tail}",
        "an address of 513 characters": f"tocsin1 https://relay.example.org/{'a' * 487} {tail}",
        "a port that is no number": f"tocsin1 https://relay.example.org:http/x {tail}",
        "no relay key": f"tocsin1 {_URL} d={root} n=Desk",
        "no root key": f"tocsin1 {_URL} k={key} n=Desk",
        "no name": f"tocsin1 {_URL} k={key} d={root}",
        "a relay key of 31 bytes": f"tocsin1 {_URL} k={key[:-2]} d={root} n=Desk",
        "a relay key with padding": f"tocsin1 {_URL} k={key}= d={root} n=Desk",
        "a relay key in plain base64": f"tocsin1 {_URL} k={'+/' * 21}A d={root} n=Desk",
        "a field twice": f"{plain} k={key}",
        "a field without a value": f"{plain} pin=",
        "a field in upper case": f"{plain} PIN=1",
        "a word without an equals sign": f"{plain} hello",
        "a name of 81 characters": f"tocsin1 {_URL} k={key} d={root} n={'a' * 81}",
        "a name that is no UTF-8": f"tocsin1 {_URL} k={key} d={root} n=%FF",
        "a name with a line break": f"tocsin1 {_URL} k={key} d={root} n=a%0Ab",
        "a link cut short": link[:-10],
        "a link without its word": link.replace("#tocsin1.", "#"),
        "a link of another version": link.replace("#tocsin1.", "#tocsin9."),
        "a link with letters that are not base64url": link.replace("#tocsin1.", "#tocsin1.%20"),
    }


def invite_cases() -> list[Case]:
    """List the cases of invite.json."""
    reserved = bridge(extra=(("sni", "cdn.example.net"), ("connect", "192.0.2.1:443")))
    routed = bridge(
        extra=(
            ("connect", "[2001:db8::1]:443"),
            ("sni", "-"),
            ("host", "hidden.example.net"),
            ("pin", "short"),
            ("via", "socks5://127.0.0.1:9050"),
            ("split", "records"),
        )
    )
    loopback = bridge(url="http://127.0.0.1:8470/0123456789abcdef0123456789abcdef")
    onion = bridge(url="http://" + "a" * 56 + ".onion/x")
    texts = {
        "a bridge line": (format_bridge_line(bridge()), bridge()),
        "a link": (invite_link("https://app.example.org/", bridge()), bridge()),
        "a link to a path": (invite_link("http://127.0.0.1:8470/app/", bridge()), bridge()),
        "white space around it": (f"\n  {format_bridge_line(bridge())} \n", bridge()),
        "fields reserved for transports": (format_bridge_line(reserved), reserved),
        "every field of a route is kept, malformed ones too": (format_bridge_line(routed), routed),
        "http to this machine": (format_bridge_line(loopback), loopback),
        "http to an onion host": (format_bridge_line(onion), onion),
        "an Arabic name": (
            format_bridge_line(bridge(name="مكتب الشمال")),
            bridge(name="مكتب الشمال"),
        ),
    }
    cases = [
        good(name, "parse_invite", {"text": text}, _line_out(line))
        for name, (text, line) in texts.items()
    ]
    relay_only = bridge(root_key=None, name=None)
    given = {"text": format_bridge_line(relay_only)}
    cases.append(
        good("a relay's line in a directory", "parse_bridge_line", given, _line_out(relay_only))
    )
    refused = _bad_invites()
    return cases + [
        bad(name, "parse_invite", {"text": text}, "bad-invite") for name, text in refused.items()
    ]
