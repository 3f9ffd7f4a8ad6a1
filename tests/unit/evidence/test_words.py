"""Words that are left out of a report's text, and the version that is kept for sharing."""

import pytest

from server.desk.accounts.roles import Role
from server.desk.evidence.derivatives import Kind, derivatives_of
from server.desk.evidence.spans import MARK, NoWordError, without, words_of
from server.desk.intake.store import reports_page
from server.desk.keys.keyring import keyring
from tests.support.desk import DeskRoom, a_report
from tests.support.desk_browser import somebody

TEXT = "Amina Yusuf saw it.\nThey asked for Amina, at house 12."


@pytest.mark.parametrize(
    ("picked", "left", "spans"),
    [
        ({0}, f"{MARK} Yusuf saw it.\nThey asked for Amina, at house 12.", ["0 5"]),
        ({0, 1}, f"{MARK} saw it.\nThey asked for Amina, at house 12.", ["0 11"]),
        (
            {3, 4},
            f"Amina Yusuf saw {MARK}\n{MARK} asked for Amina, at house 12.",
            ["16 19", "20 24"],
        ),
    ],
)
def test_picked_words_become_marks_of_one_length(
    picked: set[int], left: str, spans: list[str]
) -> None:
    assert without(TEXT, picked, everywhere=False) == (left, spans)


def test_the_same_word_goes_everywhere_whatever_its_signs_and_capitals() -> None:
    left, _ = without(TEXT.replace("Amina,", "AMINA,"), {0}, everywhere=True)
    assert "amina" not in left.casefold()
    assert left.count(MARK) == 2


def test_words_and_the_gaps_between_them_are_the_whole_text() -> None:
    for text in (TEXT, "  two  spaces \n\n end", "رأت أمينة ذلك", "x" * 100):
        made = "".join(word.gap + word.text for word in words_of(text))
        assert made == text.rstrip() or made == text


@pytest.mark.parametrize("picked", [set(), {99}, {-1}])
def test_a_word_that_is_not_there_is_refused(picked: set[int]) -> None:
    with pytest.raises(NoWordError):
        without(TEXT, picked, everywhere=True)


def _report(room: DeskRoom) -> str:
    room.relay.put([room.seal(a_report(TEXT)).blob])
    room.pull()
    with room.work() as session:
        return str(reports_page(session, keyring(), limit=1)[0].report_id)


def test_a_version_is_kept_beside_the_original_with_who_when_and_why(room: DeskRoom) -> None:
    report_id = _report(room)
    browser = somebody(room, Role.MONITOR)
    path = f"/evidence/reports/{report_id}/words"
    fields: dict[str, object] = {"word": ["0", "1"], "everywhere": "yes", "reason": "A name"}
    assert browser.post(path, fields, page=path).status_code == 302
    with room.work() as session:
        (made,) = derivatives_of(session, keyring(), report_id)
        (view,) = reports_page(session, keyring(), limit=1)
    assert made.kind is Kind.TEXT
    assert "Amina" not in made.text
    assert made.reason == "A name"
    assert view.report.text == TEXT
    saved = browser.get(f"/evidence/derivatives/{made.id}/save")
    assert saved.get_data().decode() == made.text
    assert saved.mimetype == "application/octet-stream"
    assert "A name" in browser.get(path).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "A name"}, "Tick at least one word"),
        ({"word": "0", "reason": ""}, "Say in a few words"),
        ({"word": "4000", "reason": "A name"}, "Tick at least one word"),
    ],
)
def test_nothing_is_made_without_a_word_or_a_reason(
    room: DeskRoom, fields: dict[str, object], words: str
) -> None:
    path = f"/evidence/reports/{_report(room)}/words"
    answer = somebody(room, Role.MONITOR).post(path, fields, page=path)
    assert answer.status_code == 422
    assert words in answer.text


def test_readers_leave_nothing_out_and_take_nothing_out(room: DeskRoom) -> None:
    report_id = _report(room)
    path = f"/evidence/reports/{report_id}"
    reader = somebody(room, Role.READER, "Rima")
    fields: dict[str, object] = {"word": "0", "reason": "x"}
    assert reader.post(f"{path}/words", fields, page="/me").status_code == 403
    monitor = somebody(room, Role.MONITOR, "Tarek")
    assert monitor.post(f"{path}/folder", {}, page="/me").status_code == 403
    assert somebody(room, Role.ADMIN, "Basma").get(f"{path}/words").status_code == 403
    missing = monitor.get(f"/evidence/reports/{'0' * 64}/words")
    assert missing.status_code == 404
