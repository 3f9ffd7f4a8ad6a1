"""Symbols: cut, mixed, collected in any order, and everything that is none."""

from collections.abc import Sequence

from schemas.bundle.base45 import encode_base45
from schemas.bundle.erasure import coefficients, multiples
from schemas.bundle.symbols import (
    Symbol,
    SymbolWriter,
    bundle_tag,
    bundle_writer,
    encode_symbol,
)
from schemas.bundle.writer import write_bundle
from schemas.constants import MAX_SYMBOL_INDEX, QR_SYMBOL_BYTES
from tools.vectors.case import Case, bad, flipped, good, seeded

_TAG = bytes.fromhex("7ac51e09")
_SMALL = QR_SYMBOL_BYTES[2]
_BUNDLE = write_bundle([seeded("shown on a screen", 1024)])


def _shown(indices: Sequence[int], bundle: bytes = _BUNDLE) -> list[bytes]:
    writer = bundle_writer(bundle, _SMALL)
    return [writer.symbol(index) for index in indices]


def _collect(symbols: Sequence[bytes]) -> dict[str, object]:
    return {"symbols": [symbol.hex() for symbol in symbols]}


def _coefficient_cases() -> list[Case]:
    asked = [(1, 0), (1, 1), (5, 2), (5, 5), (64, 64), (65, 70), (200, 199), (200, 65535)]
    return [
        good(
            f"symbol {index} of {pieces} pieces",
            "coefficients",
            {"tag": _TAG.hex(), "pieces": pieces, "index": index},
            {"coefficients": coefficients(_TAG, pieces, index).hex()},
        )
        for pieces, index in asked
    ]


def _show_cases() -> list[Case]:
    given = {"bundle": _BUNDLE.hex(), "symbol_bytes": _SMALL, "indices": [0, 7, 8, 300, 65536]}
    shown = {"symbols": [one.hex() for one in _shown([0, 7, 8, 300, 65536])]}
    room = 200 * (_SMALL - 7)
    exact, over = bytes(room), bytes(room + 1)
    last = bundle_writer(exact, _SMALL).symbol(199)
    return [
        good("pieces, sums, and from the beginning", "show", given, shown),
        good(
            "as much as one source takes",
            "show",
            {"bundle": exact.hex(), "symbol_bytes": _SMALL, "indices": [199]},
            {"symbols": [last.hex()]},
        ),
        bad(
            "a byte too much",
            "show",
            {"bundle": over.hex(), "symbol_bytes": _SMALL, "indices": [0]},
            "too-large",
        ),
    ]


def _collect_cases() -> list[Case]:
    out = {"bundle": _BUNDLE.hex()}
    good_sets = {
        "every piece": range(8),
        "sums only": range(8, 16),
        "backwards, with repetitions": [7, 7, 6, 5, 4, 3, 9, 9, 2, 1, 100],
        "more than needed": range(20),
    }
    cases = [
        good(name, "collect", _collect(_shown(list(which))), out)
        for name, which in good_sets.items()
    ]
    bundle, same = _dependent()
    enough = [*same, *_shown([0], bundle)]
    cases.append(
        good("a sum that adds nothing", "collect", _collect(enough), {"bundle": bundle.hex()})
    )
    return cases + _spoilt_cases()


def _spoilt_cases() -> list[Case]:
    pieces = _shown(range(8))
    other = _shown(range(8), write_bundle([seeded("another", 1024)]))
    body = _BUNDLE[:-36]
    miscounted = body + (2).to_bytes(4, "big") + _BUNDLE[-32:]
    nothing = _relabelled(bytes(8) + _BUNDLE[8:], bundle_tag(_BUNDLE))
    _, same = _dependent()
    spoilt = {
        "one piece is missing": (pieces[:7], "not-yet"),
        "nothing but repetitions": ([pieces[0]] * 9, "not-yet"),
        "a symbol of another source": ([*pieces[:4], *other[4:]], "other-source"),
        "a symbol of another length": ([*pieces[:4], pieces[4][:-1]], "other-source"),
        "a symbol of more pieces": ([pieces[0], b"\x09" + pieces[1][1:]], "other-source"),
        "a changed piece": ([*pieces[:7], flipped(pieces[7], 20)], "bad-source"),
        "a change behind the end": ([*pieces[:7], flipped(pieces[7], -1)], "bad-source"),
        "a sum that says something else": ([same[0], flipped(same[1], -1)], "contradiction"),
        "two sums that say the same": (same, "not-yet"),
        "a wrong tag": (_relabelled(_BUNDLE, _TAG), "bad-source"),
        "a wrong count": (_relabelled(miscounted, bundle_tag(_BUNDLE)), "bad-source"),
        "no bundle": (nothing, "bad-source"),
        "no end": (_relabelled(body, bundle_tag(_BUNDLE)), "bad-source"),
    }
    return [bad(name, "collect", _collect(s), slug) for name, (s, slug) in spoilt.items()]


def _dependent_pair(tag: bytes) -> tuple[int, int]:
    """Find two sums of two pieces of which one is a multiple of the other."""
    seen: dict[bytes, int] = {}
    for index in range(2, MAX_SYMBOL_INDEX):
        row = coefficients(tag, 2, index)
        ratio = next(bytes([f]) for f in range(256) if row[:1].translate(multiples(f)) == row[1:])
        if ratio in seen:
            return seen[ratio], index
        seen[ratio] = index
    raise AssertionError("there are only 255 ratios")


def _dependent() -> tuple[bytes, list[bytes]]:
    """Give a bundle of two pieces and two sums of it that say the same."""
    bundle = write_bundle(pages=[seeded("a page", 150)])
    return bundle, _shown(_dependent_pair(bundle_tag(bundle)), bundle)


def _relabelled(source: bytes, tag: bytes) -> list[bytes]:
    """Cut anything as if it were a bundle with that tag."""
    writer = SymbolWriter(source, tag, _SMALL)
    return [writer.symbol(index) for index in range(writer.pieces)]


def _symbol_cases() -> list[Case]:
    made = Symbol(200, 65535, _TAG, b"\x01")
    data = encode_symbol(made)
    out = {"pieces": 200, "index": 65535, "tag": _TAG.hex(), "payload": "01"}
    refused = {
        "no bytes": b"",
        "a header without payload": data[:7],
        "no pieces": b"\x00" + data[1:],
        "201 pieces": b"\xc9" + data[1:],
    }
    return [
        good("the largest numbers", "symbol", {"bytes": data.hex()}, out),
        *(bad(n, "symbol", {"bytes": b.hex()}, "bad-symbol") for n, b in refused.items()),
    ]


def _code_cases() -> list[Case]:
    symbol = _shown([3])[0]
    text = encode_base45(symbol)
    out = {"symbol": symbol.hex()}
    refused = {
        "no text": "",
        "an invite": "https://example.org/app/#tocsin1.dG9jc2luMQ",
        "lower case": text.lower(),
        "a letter outside": "É" + text[1:],
        "a group over its most": ":::" + text[3:],
        "a last pair over its most": text[:-2] + "::",
        "one character left over": text + "0",
        "another length": text[:-3],
        "a line break behind": text + "\n",
    }
    return [
        good("a code", "code", {"text": text}, out),
        *(bad(name, "code", {"text": wrong}, "bad-text") for name, wrong in refused.items()),
        bad("a code of no pieces", "code", {"text": encode_base45(bytes(_SMALL))}, "bad-symbol"),
    ]


def symbol_cases() -> list[Case]:
    """List the cases of symbols.json."""
    return [
        *_coefficient_cases(),
        *_show_cases(),
        *_collect_cases(),
        *_symbol_cases(),
        *_code_cases(),
    ]
