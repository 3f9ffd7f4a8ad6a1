"""Forms: which documents are read, which questions are shown, which answers are kept."""

from collections.abc import Mapping
from functools import partial

from schemas.domain.forms import kept, missing, shown
from schemas.domain.vocabulary import Category
from schemas.forms import asked_for, bundled, in_force
from schemas.wire import canonical
from schemas.wire.forms import form_of
from tools.vectors.case import Case, bad, good, must_refuse
from tools.vectors.form_samples import bundled_json, form, option, question, text

_WHO = question("who", "choice", options=[option("army"), option("police"), option("unknown")])
_DONE = question("done", "choices", options=[option("beat"), option("took"), option("other")])
_ORDERED = question("ordered", "yes_no")


def _when(condition: object, **changes: object) -> dict[str, object]:
    return question("more", "text", when=condition, **changes)


def _asking(condition: object) -> dict[str, object]:
    return form(questions=[_WHO, _DONE, _ORDERED, question("free", "text"), _when(condition)])


def _is(key: str, *values: str) -> dict[str, object]:
    return {"question": key, "is": list(values)}


_BRANCHING = form(
    questions=[
        {**_WHO, "required": True},
        _DONE,
        _ORDERED,
        question("rank", "text", most=5, required=True, when=_is("ordered", "yes")),
        question("unit", "text", when={"not": _is("who", "unknown")}),
        question("force", "number", least=1, most=9, when=_is("done", "beat", "took")),
        question("day", "date", when={"all": [_is("who", "army"), _is("done", "took")]}),
        question(
            "seen", "yes_no", when={"any": [_is("who", "police"), {"not": _is("done", "other")}]}
        ),
        question("who_saw", "text", required=True, when=_is("seen", "yes")),
    ]
)


def _good_documents() -> dict[str, object]:
    deep = {"all": [{"any": [_is("who", "army"), _is("ordered", "no")]}]}
    return {
        "the least a form can be": form(),
        "every type of question": form(
            questions=[
                _WHO,
                _DONE,
                _ORDERED,
                question("free", "text", most=1000, hint=text("as heard")),
                question("count", "number", least=0, most=1_000_000_000),
                question("day", "date", required=True),
            ]
        ),
        "a form that is offered": form(optional=True, note=text("why")),
        "a form that silences another": form(categories=[]),
        "a form of three languages": form(
            title=text("t", "fr", "ar"), questions=[question("q", "text", "en", "fr", "ar")]
        ),
        "a condition three deep": _asking(deep),
        "24 questions": form(questions=[question(f"q{n}", "text") for n in range(24)]),
    } | {f"the bundled form {one.key}": bundled_json(one.key) for one in bundled()}


def _bad_documents() -> dict[str, object]:
    return {
        "another version of documents": form(v=2),
        "no key": form(key=None),
        "a key with a capital": form(key="Conduct"),
        "version zero": form(version=0),
        "an unknown category": form(categories=["weather"]),
        "a category twice": form(categories=["attack", "attack"]),
        "an empty title": form(title={}),
        "a title in no language": form(title={"e": "x"}),
        "a title in nine languages": form(title=text("t", *(f"l{chr(97 + n)}" for n in range(9)))),
        "a title of 161 characters": form(title={"en": "t" * 161}),
        "a form that is offered without a reason": form(optional=True),
        "a form that is not offered, said so": form(optional=False, note=text("why")),
        "an unknown field": form(colour="red"),
        "no question": form(questions=[]),
        "25 questions": form(questions=[question(f"q{n}", "text") for n in range(25)]),
        "a question twice": form(questions=[question("q", "text"), question("q", "date")]),
        "a form over 12288 bytes": form(
            questions=[question(f"q{n}", "text", hint={"en": "\u064a" * 300}) for n in range(24)]
        ),
        "canonical in no way": "{ }",
    }


def _bad_questions() -> dict[str, object]:
    def one(**fields: object) -> dict[str, object]:
        return form(questions=[fields])

    base = question("q", "text")
    choice = question("q", "choice", options=[option("a"), option("b")])
    return {
        "an unknown type": one(**{**base, "type": "picture"}),
        "a question without a label": one(key="q", type="text"),
        "a label in a language that the title lacks": one(**{**base, "label": text("l", "fr")}),
        "a label that lacks a language of the title": form(
            title=text("t", "fr"), questions=[question("q", "text")]
        ),
        "an option that lacks a language": form(
            title=text("t", "fr"),
            questions=[
                question("q", "choice", "en", "fr", options=[option("a", "fr"), option("b")])
            ],
        ),
        "a hint of 301 characters": one(**{**base, "hint": {"en": "h" * 301}}),
        "required as a number": one(**{**base, "required": 1}),
        "a choice without options": one(**question("q", "choice")),
        "a choice of one": one(**question("q", "choice", options=[option("a")])),
        "a choice of 17": one(
            **question("q", "choices", options=[option(f"o{n}") for n in range(17)])
        ),
        "an option twice": one(**question("q", "choice", options=[option("a"), option("a")])),
        "an option with a space": one(
            **question("q", "choice", options=[option("a b"), option("b")])
        ),
        "a text with options": one(**{**base, "options": choice["options"]}),
        "yes or no with options": one(**{**choice, "type": "yes_no"}),
        "a text longer than an answer": one(**{**base, "most": 1001}),
        "a text of no length": one(**{**base, "most": 0}),
        "a text with a least": one(**{**base, "least": 1}),
        "a date with a most": one(**question("q", "date", most=3)),
        "a number that is least over most": one(**question("q", "number", least=5, most=4)),
        "a number with a fraction as text": one(**question("q", "number", most="5")),
    }


def _bad_conditions() -> dict[str, dict[str, object]]:
    four = {"not": {"not": {"not": _is("who", "army")}}}
    return {
        f"a condition {name}": _asking(condition)
        for name, condition in {
            "on a question that does not exist": _is("nobody", "army"),
            "on itself": _is("more", "army"),
            "on a text": _is("free", "army"),
            "on an option that does not exist": _is("who", "navy"),
            "without values": _is("who"),
            "with a value twice": _is("who", "army", "army"),
            "with a number for a value": {"question": "who", "is": [1]},
            "with a word for a list": {"question": "who", "is": "army"},
            "with a further field": {**_is("who", "army"), "or": []},
            "of all of nothing": {"all": []},
            "of any of nine": {"any": [_is("who", "army")] * 9},
            "of not and all": {"not": _is("who", "army"), "all": []},
            "four deep": four,
            "that is true": True,
            "that is null": None,
            "that is a script": {"js": "1"},
        }.items()
    } | {
        "a condition on a later question": form(
            questions=[_when(_is("who", "army")), _WHO],
        )
    }


def _answered() -> dict[str, dict[str, object]]:
    return {
        "nothing answered": {},
        "an answer opens the next question": {"who": "army", "ordered": "yes", "rank": "major"},
        "an answer to a hidden question is not kept": {"who": "army", "ordered": "no", "rank": "m"},
        "not holds without an answer": {"done": ["beat"]},
        "not hides": {"who": "unknown", "unit": "the third"},
        "one of several choices is enough": {"who": "police", "done": ["took", "other"]},
        "all need all": {"who": "army", "done": ["beat"], "day": "2026-11-27"},
        "all hold": {"who": "army", "done": ["took"], "day": "2026-11-27"},
        "any needs one": {"who": "police", "done": ["other"], "seen": "no"},
        "any of none": {"who": "army", "done": ["other"], "seen": "yes", "who_saw": "me"},
        "what hangs on a hidden question is hidden": {
            "who": "unknown",
            "done": ["other"],
            "seen": "yes",
            "who_saw": "me",
        },
        "an answer to no question is not kept": {"weather": "calm", "who": "army"},
        "a wrong answer to a hidden question does no harm": {"ordered": "no", "rank": "too long"},
        "characters are counted, not bytes": {"ordered": "yes", "rank": "𝄞𝄞𝄞𝄞𝄞"},
    }


def _misanswered() -> dict[str, dict[str, object]]:
    return {
        "no such option": {"who": "navy"},
        "a list for one choice": {"who": ["army"]},
        "a word for a list": {"done": "beat"},
        "no such option among several": {"done": ["beat", "sang"]},
        "options in another order": {"done": ["took", "beat"]},
        "an option chosen twice": {"done": ["beat", "beat"]},
        "an empty list": {"done": []},
        "yes as a truth": {"ordered": "true"},
        "a text too long": {"ordered": "yes", "rank": "colonel"},
        "an empty text": {"ordered": "yes", "rank": ""},
        "a text of spaces": {"ordered": "yes", "rank": "  "},
        "U+0000": {"ordered": "yes", "rank": "a\x00"},
        "a number as a text": {"ordered": "yes", "rank": 7},
        "a number under the least": {"done": ["beat"], "force": 0},
        "a number over the most": {"done": ["beat"], "force": 10},
        "a text as a number": {"done": ["beat"], "force": "3"},
        "a day that does not exist": {"who": "army", "done": ["took"], "day": "2026-02-30"},
        "a day in other order": {"who": "army", "done": ["took"], "day": "27-11-2026"},
    }


def _overlaid() -> dict[str, tuple[list[object], str]]:
    own = form(key="conduct", categories=["attack", "other"])
    return {
        "a desk without forms of its own": ([], "incitement"),
        "a form with a bundled key takes its place": ([own], "attack"),
        "and is asked where it says so": ([own], "other"),
        "and only there": ([own], "taken"),
        "a form without categories silences": ([form(key="affected", categories=[])], "other"),
        "another key is asked behind": ([form(key="weather")], "attack"),
        "what this version cannot read is left out": (
            [form(key="conduct", questions=[question("q", "picture")]), form(key="weather")],
            "attack",
        ),
        "a later document of a key wins": ([form(version=1001), form(version=1002)], "attack"),
    }


def _asked(documents: list[object], category: str) -> dict[str, object]:
    forms = in_force([_json(one).encode() for one in documents])
    asked = asked_for(forms, Category(category))
    return {"asked": [f"{one.key} {one.version}" for one in asked]}


def _json(value: object) -> str:
    if isinstance(value, str):
        return value
    return canonical.encode(value).decode("utf-8")


def _outcome(answers: Mapping[str, object]) -> dict[str, object]:
    parsed = form_of(_BRANCHING)
    given = {key: tuple(one) if isinstance(one, list) else one for key, one in answers.items()}
    keeps = kept(parsed, given)  # type: ignore[arg-type]  # the cases hold answers only
    return {
        "shown": [one.key for one in shown(parsed, given)],  # type: ignore[arg-type]
        "kept": {key: list(one) if isinstance(one, tuple) else one for key, one in keeps.items()},
        "missing": list(missing(parsed, given)),  # type: ignore[arg-type]
    }


def form_cases() -> list[Case]:
    """List the cases of forms.json."""
    refused = _bad_documents() | _bad_questions() | _bad_conditions()
    branching = _json(_BRANCHING)
    return [
        *(
            good(name, "decode", {"json": _json(value)}, {"key": form_of(value).key})
            for name, value in _good_documents().items()
        ),
        *(bad(name, "decode", {"json": _json(one)}, "bad-form") for name, one in refused.items()),
        *(
            good(name, "answers", {"form": branching, "answers": answers}, _outcome(answers))
            for name, answers in _answered().items()
        ),
        *(
            bad(
                name,
                "answers",
                {"form": branching, "answers": answers},
                must_refuse(partial(_outcome, answers)),
            )
            for name, answers in _misanswered().items()
        ),
        *(
            good(
                name,
                "in_force",
                {"forms": [_json(one) for one in documents], "category": category},
                _asked(documents, category),
            )
            for name, (documents, category) in _overlaid().items()
        ),
    ]
