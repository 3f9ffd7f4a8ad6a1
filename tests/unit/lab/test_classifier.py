"""The watcher who learns: right where there is something, at a loss where there is nothing."""

import pytest

from tests.lab.classifier import Accuracy, cross_validated, most_telling
from tests.lab.link_model import DOWN, UP
from tests.lab.traffic import Entry
from tests.lab.watching import NAMES, row_of
from tests.support.dice import Dice


def numbers(dice: Dice, count: int) -> list[float]:
    """Draw numbers from 0 to 1."""
    return [octet / 255 for octet in dice.bytes(count)]


def test_watcher_finds_what_is_there() -> None:
    dice = Dice(1)
    rows = [numbers(dice, 6) for _ in range(300)]
    labels = [row[3] > 0.5 for row in rows]
    assert cross_validated(rows, labels).share > 0.95
    assert most_telling(rows, labels, "abcdef")[0].startswith("d 0.9")


def test_watcher_combines_two_features() -> None:
    dice = Dice(2)
    rows = [numbers(dice, 5) for _ in range(500)]
    labels = [(row[0] > 0.4) != (row[1] > 0.6) for row in rows]
    assert cross_validated(rows, labels).share > 0.8


def test_watcher_finds_a_small_lean() -> None:
    dice = Dice(3)
    labels = [octet % 2 == 0 for octet in dice.bytes(600)]
    rows = [
        [number + 0.5 * label, *numbers(dice, 4)]
        for number, label in zip(numbers(dice, 600), labels, strict=True)
    ]
    assert cross_validated(rows, labels).share > 0.65


def test_watcher_is_at_a_loss_where_nothing_is() -> None:
    dice = Dice(4)
    rows = [numbers(dice, 10) for _ in range(600)]
    labels = [octet % 2 == 0 for octet in dice.bytes(600)]
    accuracy = cross_validated(rows, labels)
    low, high = accuracy.interval()
    assert low < 0.5 < high


def test_watcher_is_never_asked_about_what_it_learnt() -> None:
    # Each row is its own name and the labels are chance: only memory could be right.
    dice = Dice(5)
    rows = [[float(number)] for number in range(400)]
    labels = [octet % 2 == 0 for octet in dice.bytes(400)]
    assert cross_validated(rows, labels).share < 0.6


@pytest.mark.parametrize(
    ("right", "total", "low", "high"), [(50, 100, 0.404, 0.596), (0, 10, 0.0, 0.278)]
)
def test_interval_is_wilsons(right: int, total: int, low: float, high: float) -> None:
    assert Accuracy(right, total).interval() == pytest.approx((low, high), abs=0.001)


def entry(at_us: int, way: str, size_bytes: int, port: int = 40_000) -> Entry:
    """Make a packet of the log."""
    return (at_us, way, size_bytes, 0x10, port, "10.77.1.1", 443)


def test_row_holds_what_the_line_shows() -> None:
    row = dict(
        zip(
            NAMES,
            row_of(
                [
                    entry(0, UP, 60),
                    entry(50_000, DOWN, 60),
                    entry(51_000, UP, 569),
                    entry(101_000, DOWN, 1500),
                    entry(102_000, UP, 52),
                    entry(110_000, UP, 1352),
                    entry(165_000, DOWN, 400),
                ]
            ),
            strict=True,
        )
    )
    assert (row["bytes up"], row["bytes down"]) == (60 + 569 + 52 + 1352, 60 + 1500 + 400)
    assert (row["packets up"], row["packets down"], row["connections"]) == (4, 3, 1)
    assert (row["full up"], row["full down"]) == (3, 3)
    assert (row["duration"], row["gap before the answer"]) == (165.0, 55.0)
    assert [row[f"packet {n}"] for n in range(1, 8)] == [60, -60, 569, -1500, 1352, -400, 0]
    assert row["longest gap"] == 55.0


def test_row_has_a_name_for_each_number() -> None:
    assert len(row_of([entry(0, UP, 60)])) == len(NAMES) == len(set(NAMES))
