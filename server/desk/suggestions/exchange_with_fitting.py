"""What goes through the pipes between the desk and the process that learns.

Theory of operation: texts go down one pipe and a model comes up another, so that neither ever lies
in a file. Down: one line of JSON with what the rules go by, then one line a report, then the end.
Up: a line `step DONE OF` after each step, at the end `model FIGURES MODEL` with two sizes in bytes
and those bytes, or `too-few`, or `failed`. Nothing else is said; an error's text stays inside.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from schemas.domain.ids import IndicatorId
from schemas.domain.vocabulary import Category
from server.desk.suggestions.accuracy import Accuracy
from server.desk.suggestions.figures import from_json, to_json
from server.desk.suggestions.holding_out import CodedReport
from server.desk.suggestions.rules import Guide

STEP: Final = "step"
MODEL: Final = "model"
TOO_FEW: Final = "too-few"
FAILED: Final = "failed"


class Readable(Protocol):
    """One end of a pipe."""

    def readline(self) -> bytes:
        """Read to the next line's end."""
        ...

    def read(self, size: int, /) -> bytes:
        """Read so many bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """So many steps are done, of so many."""

    done: int
    of: int


@dataclass(frozen=True, slots=True, repr=False)
class Learned:
    """The model's bytes, and what was measured."""

    model: bytes
    accuracy: Accuracy

    def __repr__(self) -> str:
        """Hide the words."""
        return "<Learned>"


def guide_line(guide: Guide) -> bytes:
    """Write what the rules go by."""
    by_category = {one.value: list(ids) for one, ids in guide.of_category.items()}
    words = {name: list(starts) for name, starts in guide.words.items()}
    return _line({"of_category": by_category, "words": words})


def report_line(report: CodedReport) -> bytes:
    """Write one coded report."""
    return _line(
        {
            "report_id": report.report_id,
            "kin": list(report.kin),
            "category": report.category.value,
            "text": report.text,
            "indicators": sorted(report.indicators),
        }
    )


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode() + b"\n"


def read_request(pipe: Readable) -> tuple[Guide, list[CodedReport]]:
    """Read everything that comes down, to the end."""
    head = json.loads(pipe.readline())
    guide = Guide(
        {Category(key): [IndicatorId(i) for i in ids] for key, ids in head["of_category"].items()},
        {name: tuple(starts) for name, starts in head["words"].items()},
    )
    reports = []
    while line := pipe.readline():
        held = json.loads(line)
        reports.append(
            CodedReport(
                held["report_id"],
                tuple(held["kin"]),
                Category(held["category"]),
                held["text"],
                frozenset(held["indicators"]),
            )
        )
    return guide, reports


def answer(learned: Learned) -> bytes:
    """Write the end of what goes up."""
    figures = json.dumps(to_json(learned.accuracy)).encode()
    return f"{MODEL} {len(figures)} {len(learned.model)}\n".encode() + figures + learned.model


def read_answers(pipe: Readable) -> Iterator[Step | Learned | str]:
    """Read what comes up, to the end; a pipe that breaks off ends as `failed`."""
    while line := pipe.readline():
        word, *numbers = line.decode().split()
        if word == STEP:
            yield Step(int(numbers[0]), int(numbers[1]))
        elif word == MODEL:
            figures = json.loads(pipe.read(int(numbers[0])))
            model = pipe.read(int(numbers[1]))
            yield Learned(model, from_json(figures)) if len(model) == int(numbers[1]) else FAILED
            return
        else:
            yield word
            return
    yield FAILED
