"""Reports: what is read, and what is refused."""

from schemas.wire import canonical
from tools.vectors.case import Case, bad, good


def _report(**changes: object) -> str:
    """Write a report with some fields changed; None takes a field away."""
    value: dict[str, object] = {
        "v": 1,
        "kind": "report",
        "category": "attack",
        "text": "Three trucks came at night.",
        "lang": "en",
        "source": "saw",
        "written_at": "2026-11-23T18:00:00Z",
        "observed": {"at": "2026-11-23T03:00:00Z", "precision": "hour"},
    }
    value.update(changes)
    return canonical.encode({k: v for k, v in value.items() if v is not None}).decode("utf-8")


def _manifest(**changes: object) -> dict[str, object]:
    return {
        "key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "sha256": "ab" * 32,
        "size_bytes": 40000,
        "n": 3,
        "class": 16384,
        "mime": "image/jpeg",
        "name": "photo 1.jpg",
    } | changes


def _thumbnail(of: int = 0, **changes: object) -> dict[str, object]:
    small = {"size_bytes": 7000, "n": 2, "class": 4096, "sha256": "cd" * 32, "of": of}
    return _manifest(**{**small, **changes})


def _filled(**changes: object) -> dict[str, object]:
    answers = {"who": "army", "done": ["beat", "took"], "count": 3, "unit": "the third"}
    return {"key": "conduct", "version": 1, "answers": answers} | changes


def _with_answer(answer: object) -> str:
    return _report(forms=[_filled(answers={"q": answer})])


def _bad_forms() -> dict[str, str]:
    return {
        "no forms in a list": _report(forms=[]),
        "five forms": _report(forms=[_filled(key=f"k{n}") for n in range(5)]),
        "a form twice": _report(forms=[_filled(), _filled(version=2)]),
        "a form without answers": _report(forms=[_filled(answers={})]),
        "a form without a version": _report(forms=[{"key": "conduct", "answers": {"q": 1}}]),
        "a form of version zero": _report(forms=[_filled(version=0)]),
        "a form with a title": _report(forms=[_filled(title="x")]),
        "a form key with a capital": _report(forms=[_filled(key="Conduct")]),
        "25 answers": _report(forms=[_filled(answers={f"q{n}": 1 for n in range(25)})]),
        "a question key with a space": _report(forms=[_filled(answers={"a b": 1})]),
        "a true answer": _with_answer(answer=True),
        "a null answer": _report(forms=[_filled()]).replace('"army"', "null"),
        "an object for an answer": _with_answer({"a": 1}),
        "an empty answer": _with_answer(""),
        "an answer of 1001 characters": _with_answer("a" * 1001),
        "U+0000 in an answer": _with_answer("a\x00"),
        "a negative answer": _with_answer(-1),
        "an answer over a thousand million": _with_answer(1_000_000_001),
        "an empty list for an answer": _with_answer([]),
        "a list of 17": _with_answer([f"o{n}" for n in range(17)]),
        "a value twice in a list": _with_answer(["a", "a"]),
        "a number in a list": _with_answer([1]),
        "a sentence in a list": _with_answer(["two words"]),
    }


def _good_reports() -> dict[str, str]:
    place = {
        "text": "near the old mill",
        "lat_e5": -9000000,
        "lon_e5": 18000000,
        "precision": "settlement",
        "area": "XX-A1",
    }
    return {
        "the least a report can be": _report(lang="und", source="unsaid"),
        "every optional field": _report(
            place=place, attachments=[_manifest()], seq=2, prev="0f" * 32, about="1e" * 32
        ),
        **{
            f"a follow-up: {purpose}": _report(about="1e" * 32, purpose=purpose)
            for purpose in ("answer", "correction", "withdrawal", "unsafe")
        },
        "a place in words": _report(place={"text": "قرية النخيل"}),
        "an empty place": _report(place={}),
        "eight attachments": _report(attachments=[_manifest() for _ in range(8)]),
        "a picture and its thumbnail": _report(attachments=[_manifest(), _thumbnail()]),
        "eight attachments, each with a thumbnail": _report(
            attachments=[_manifest()] * 8 + [_thumbnail(of) for of in range(8)]
        ),
        "the largest thumbnail": _report(attachments=[_manifest(), _thumbnail(size_bytes=8128)]),
        "the longest text": _report(text="é" * 8000),
        "text outside the first plane counts characters": _report(text="𝄞" * 8000),
        "answers to a form": _report(forms=[_filled()]),
        "answers to four forms": _report(forms=[_filled(key=f"k{n}") for n in range(4)]),
        "the longest answer": _with_answer("é" * 1000),
        "the largest number": _with_answer(1_000_000_000),
        "line breaks and tabs": _report(text="first\nsecond\tthird"),
        "a language with a script": _report(lang="zh-Hant-TW"),
        "a chunk class for slow links": _report(
            attachments=[_manifest(**{"class": 4096, "n": 10})]
        ),
    }


def _bad_reports() -> dict[str, str]:
    return (
        _bad_documents()
        | _bad_times_and_places()
        | _bad_attachments()
        | _bad_thumbnails()
        | _bad_sequences()
        | _bad_forms()
    )


def _bad_documents() -> dict[str, str]:
    plain = _report()
    return {
        "no document": "",
        "a list": "[]",
        "an empty object": "{}",
        "not canonical": plain.replace(":", ": ", 1),
        "version 2": _report(v=2),
        "version true": _report(v=True),
        "version as text": _report(v="1"),
        "another kind": _report(kind="reply"),
        "no category": _report(category=None),
        "an unknown category": _report(category="weather"),
        "no text": _report(text=None),
        "an empty text": _report(text=""),
        "a text of 8001 characters": _report(text="a" * 8001),
        "U+0000 in the text": _report(text="a\x00b"),
        "a number as text": _report(text=7),
        "a language of one letter": _report(lang="e"),
        "a language with a space": _report(lang="en us"),
        "a language of 17 characters": _report(lang="en-12345678-12345"),
        "an unknown source": _report(source="told"),
        "an unknown field": _report(mood="calm"),
        "null for an optional field": plain[:-1].replace('"lang"', '"about":null,"lang"') + "}",
    }


def _bad_times_and_places() -> dict[str, str]:
    return {
        "a time without its Z": _report(written_at="2026-11-23T18:00:00"),
        "a time with an offset": _report(written_at="2026-11-23T18:00:00+00:00"),
        "a time with fractions": _report(written_at="2026-11-23T18:00:00.5Z"),
        "the 31st of November": _report(written_at="2026-11-31T18:00:00Z"),
        "the 25th hour": _report(written_at="2026-11-23T25:00:00Z"),
        "no observed time": _report(observed=None),
        "an unknown precision": _report(
            observed={"at": "2026-11-23T03:00:00Z", "precision": "minute"}
        ),
        "observed with another field": _report(
            observed={"at": "2026-11-23T03:00:00Z", "precision": "day", "zone": "UTC"}
        ),
        "latitude alone": _report(place={"lat_e5": 1}),
        "latitude past the pole": _report(place={"lat_e5": 9000001, "lon_e5": 0}),
        "longitude past the date line": _report(place={"lat_e5": 0, "lon_e5": -18000001}),
        "a place of 201 characters": _report(place={"text": "a" * 201}),
        "an area in lower case": _report(place={"area": "xx-a1"}),
    }


def _bad_attachments() -> dict[str, str]:
    return {
        "no attachments in a list": _report(attachments=[]),
        "nine attachments": _report(attachments=[_manifest() for _ in range(9)]),
        "a key of 31 bytes": _report(
            attachments=[_manifest(key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg")]
        ),
        "a key with padding": _report(
            attachments=[_manifest(key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
        ),
        "a hash in upper case": _report(attachments=[_manifest(sha256="AB" * 32)]),
        "an empty attachment": _report(attachments=[_manifest(size_bytes=0, n=1)]),
        "an attachment over 25 MiB": _report(attachments=[_manifest(size_bytes=26214401, n=1664)]),
        "a number of chunks that does not fit": _report(attachments=[_manifest(n=2)]),
        "another chunk class": _report(attachments=[_manifest(**{"class": 8192})]),
        "a mime type without a slash": _report(attachments=[_manifest(mime="jpeg")]),
        "a mime type in upper case": _report(attachments=[_manifest(mime="image/JPEG")]),
        "a name with a slash": _report(attachments=[_manifest(name="../photo.jpg")]),
        "a name with a backslash": _report(attachments=[_manifest(name="a\\b")]),
        "a name with a line break": _report(attachments=[_manifest(name="a\nb")]),
        "a name of 121 characters": _report(attachments=[_manifest(name="a" * 121)]),
    }


def _bad_thumbnails() -> dict[str, str]:
    eight = [_manifest() for _ in range(8)]
    return {
        "a thumbnail of nothing": _report(attachments=[_thumbnail()]),
        "a thumbnail of a file that is not there": _report(
            attachments=[_manifest(), _thumbnail(1)]
        ),
        "a thumbnail of itself": _report(attachments=[_manifest(), _thumbnail(), _thumbnail(2)]),
        "two thumbnails of one picture": _report(
            attachments=[_manifest(), _thumbnail(), _thumbnail()]
        ),
        "a thumbnail before a file": _report(attachments=[_manifest(), _thumbnail(), _manifest()]),
        "a thumbnail before its file": _report(attachments=[_thumbnail(), _manifest()]),
        "nine attachments beside thumbnails": _report(
            attachments=[*eight, _manifest(), _thumbnail()]
        ),
        "a thumbnail of another class": _report(
            attachments=[_manifest(), _thumbnail(**{"class": 16384, "n": 1})]
        ),
        "a thumbnail of 8129 bytes": _report(
            attachments=[_manifest(), _thumbnail(size_bytes=8129, n=3)]
        ),
        "a thumbnail that is no image": _report(
            attachments=[_manifest(), _thumbnail(mime="text/html")]
        ),
        "a thumbnail of a negative number": _report(attachments=[_manifest(), _thumbnail(-1)]),
        "a thumbnail of null": _report(attachments=[_manifest(), _manifest(of=None)]),
    }


def _bad_sequences() -> dict[str, str]:
    return {
        "a sequence of zero": _report(seq=0),
        "an id in upper case": _report(prev="0F" * 32),
        "a short id": _report(about="1e" * 31),
        "a purpose of nothing": _report(purpose="answer"),
        "an unknown purpose": _report(about="1e" * 32, purpose="thanks"),
        "a purpose in upper case": _report(about="1e" * 32, purpose="Unsafe"),
        "an empty purpose": _report(about="1e" * 32, purpose=""),
        "a list of purposes": _report(about="1e" * 32, purpose=["answer", "unsafe"]),
    }


def report_cases() -> list[Case]:
    """List the cases of report.json."""
    cases = [
        good(name, "decode", {"json": text}, {"json": text})
        for name, text in _good_reports().items()
    ]
    return cases + [
        bad(name, "decode", {"json": text}, "bad-report") for name, text in _bad_reports().items()
    ]
