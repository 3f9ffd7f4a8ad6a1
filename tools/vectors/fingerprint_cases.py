"""Fingerprints in words: what each language says, and what is refused."""

from schemas.fingerprint import LANGUAGES, fingerprint_words
from tools.vectors.case import Case, bad, good, seeded

_IDS = {
    "the first word ten times": bytes(16),
    "the last word ten times": bytes([255]) * 16,
    "ten different words": seeded("fingerprint", 16),
    "what follows the tenth byte says nothing": seeded("fingerprint", 16)[:10] + bytes(6),
}


def _refused() -> dict[str, tuple[bytes, str]]:
    whole = seeded("fingerprint", 16)
    bad_lengths = (0, 9, 10, 15, 17, 32)
    lengths = {f"an id of {n} bytes": (seeded("fingerprint", n), "en") for n in bad_lengths}
    languages = ("", "xx", "EN", "en-GB", "words", "../en")
    return lengths | {f"the language {one!r}": (whole, one) for one in languages}


def fingerprint_cases() -> list[Case]:
    """List the cases of fingerprint.json."""
    cases = [
        good(
            f"{name}, {language}",
            "words",
            {"desk_id": desk_id.hex(), "language": language},
            {"words": list(fingerprint_words(desk_id, language))},
        )
        for name, desk_id in _IDS.items()
        for language in LANGUAGES
    ]
    return cases + [
        bad(name, "words", {"desk_id": desk_id.hex(), "language": language}, "bad-fingerprint")
        for name, (desk_id, language) in _refused().items()
    ]
