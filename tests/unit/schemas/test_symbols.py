"""Symbols: any K of them, in any order, and how many more it takes."""

from collections.abc import Iterable
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.bundle.erasure import coefficients, multiples
from schemas.bundle.symbols import (
    SymbolReader,
    SymbolTable,
    SymbolWriter,
    bundle_writer,
    code_text,
    decode_symbol,
    finished_bundle,
    read_code,
)
from schemas.bundle.writer import write_bundle
from schemas.constants import MAX_OPEN_SOURCES, QR_SYMBOL_BYTES
from schemas.errors import SymbolError
from tests.support.dice import Dice

COARSE = QR_SYMBOL_BYTES[2]


def _bundle(blobs: int, seed: int = 1) -> bytes:
    dice = Dice(seed)
    return write_bundle(dice.bytes(1024) for _ in range(blobs))


def _excess(bundle: bytes, indices: Iterable[int], symbol_bytes: int = QR_SYMBOL_BYTES[0]) -> int:
    """Collect until the bundle is there; count what came beyond K."""
    writer = bundle_writer(bundle, symbol_bytes)
    reader: SymbolReader | None = None
    for taken, index in enumerate(indices, start=1):
        symbol = decode_symbol(writer.symbol(index))
        reader = reader or SymbolReader(symbol)
        reader.add(symbol)
        if reader.is_complete:
            assert finished_bundle(reader) == bundle
            return taken - writer.pieces
    raise AssertionError("the symbols ran out")


def test_twenty_reports_are_twenty_five_symbols() -> None:
    assert bundle_writer(_bundle(20)).pieces == 25


def test_a_third_lost_costs_less_than_a_twentieth_of_a_symbol_more() -> None:
    bundle = _bundle(20)
    excess = []
    for seed in range(40):
        dice = Dice(seed)
        seen = (index for index in range(400) if dice.number(10) >= 3)
        excess.append(_excess(bundle, seen))
    assert mean(excess) <= 0.05


def test_nothing_but_sums_gives_the_bundle_too() -> None:
    assert _excess(_bundle(20), range(100, 200)) <= 1


def test_a_full_source_of_sums_is_solved() -> None:
    assert _excess(_bundle(156), range(200, 500)) <= 1


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(24)))
def test_the_order_does_not_matter(order: list[int]) -> None:
    assert _excess(_bundle(1), order, COARSE) <= 2


@pytest.mark.parametrize("lost", range(8))
def test_one_spare_makes_good_any_one_loss(lost: int) -> None:
    kept = [index for index in range(9) if index != lost]
    assert _excess(_bundle(1), kept, COARSE) == 0


def test_no_coefficient_of_a_sum_is_zero() -> None:
    rows = [coefficients(b"mill", 200, index) for index in range(200, 260)]
    assert all(0 not in row for row in rows)
    assert len(set(rows)) == len(rows)


def test_a_code_is_read_as_it_was_written() -> None:
    for symbol_bytes in QR_SYMBOL_BYTES:
        symbol = bundle_writer(_bundle(3), symbol_bytes).symbol(40)
        assert read_code(code_text(symbol)) == decode_symbol(symbol)


def test_two_screens_at_once_are_kept_apart() -> None:
    bundles = [_bundle(2, seed) for seed in (1, 2)]
    writers = [bundle_writer(bundle, COARSE) for bundle in bundles]
    table = SymbolTable()
    for index in range(writers[0].pieces):
        for writer in writers:
            table.take(decode_symbol(writer.symbol(index)))
    readers = [table.take(decode_symbol(writer.symbol(0))) for writer in writers]
    assert [finished_bundle(reader) for reader in readers] == bundles


def test_a_table_forgets_what_has_not_grown_for_longest() -> None:
    table = SymbolTable()
    first = decode_symbol(bundle_writer(_bundle(1, 0), COARSE).symbol(0))
    table.take(first)
    for seed in range(1, 3 * MAX_OPEN_SOURCES):
        table.take(decode_symbol(bundle_writer(_bundle(1, seed), COARSE).symbol(0)))
    assert len(table) == MAX_OPEN_SOURCES
    assert table.take(first).have == 1


def test_a_source_that_contradicts_itself_is_begun_anew() -> None:
    bundle = write_bundle(pages=[bytes(150)])
    writer = bundle_writer(bundle, COARSE)
    ratios: dict[int, int] = {}
    table = SymbolTable()
    with pytest.raises(SymbolError, match="contradiction"):
        _film_dependent_sums(writer, ratios, table)
    assert len(table) == 0


def _film_dependent_sums(writer: SymbolWriter, ratios: dict[int, int], table: SymbolTable) -> None:
    """Show two sums of which one follows from the other, and change one of them."""
    for index in range(2, 600):
        first, second = coefficients(writer.symbol(0)[3:7], 2, index)
        ratio = next(f for f in range(256) if bytes([first]).translate(multiples(f))[0] == second)
        if ratio in ratios:
            table.take(decode_symbol(writer.symbol(ratios[ratio])))
            table.take(decode_symbol(writer.symbol(index)[:-1] + b"!"))
        ratios[ratio] = index
