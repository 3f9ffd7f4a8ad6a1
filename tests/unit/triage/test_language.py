"""The language of a text is told at the desk, with what is not sure said as such."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.triage.language import NOTHING, detect
from tests.support.demonstration import REPORTS
from tools.demo.content import read_content

SENTENCES = {
    "en": "Soldiers burned the market and two men are missing since yesterday",
    "fr": "Des hommes armés ont encerclé l'école ce matin, nous avons fui",
    "ar": "أحرق الجنود السوق واختفى رجلان منذ أمس",
    "sw": "Askari wamechoma soko na watu wawili hawajulikani walipo",
    "am": "ወታደሮች ገበያውን አቃጠሉ ሁለት ሰዎች ጠፍተዋል",
    "ti": "ወተሃደራት ነቲ ዕዳጋ ኣቃጺሎም ክልተ ሰባት ጠፊኦም ኣለዉ",
    "my": "စစ်သားတွေက ဈေးကို မီးရှို့ပြီး လူနှစ်ယောက် ပျောက်နေတယ်",
    "ha": "Sojoji sun kona kasuwa kuma an rasa mutane biyu tun jiya",
    "so": "Askartu waxay gubeen suuqa laba ninna waa la la'yahay tan iyo shalay",
    "uk": "Солдати спалили ринок, двоє чоловіків зникли від учора",
    "rw": "Abasirikare batwitse isoko kandi abagabo babiri baburiwe irengero",
    "fa": "سربازان بازار را سوزاندند و دو مرد از دیروز ناپدید شده‌اند",
}
FEWEST_RIGHT = 0.95


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_told_in_many_languages(code: str) -> None:
    found = detect(SENTENCES[code])
    assert found.sure
    assert found.tongues[0].code == code


def test_the_demonstration_is_told_apart_in_ten_languages() -> None:
    assert REPORTS.is_file()
    told = [one for one in read_content().reports if sum(c.isalpha() for c in one["text"]) > 40]
    found = [(detect(one["text"]).tongues, one["language"]) for one in told]
    right = sum([one.code for one in tongues[:1]] == [lang] for tongues, lang in found)
    assert right / len(told) >= FEWEST_RIGHT


def test_two_languages_in_one_text_are_both_named_with_their_shares() -> None:
    found = detect(f"{SENTENCES['ar']} and they left to the north of the town, we do not know")
    assert {one.code for one in found.tongues} == {"ar", "en"}
    assert all(one.share >= 10 for one in found.tongues)


def test_two_words_are_never_sure() -> None:
    assert not detect("help us").sure
    assert not detect("ok").sure


@pytest.mark.parametrize("text", ["", "123 456", "!!!", "\x00\x01", "\ud800", "\U0010ffff"])
def test_what_is_no_text_has_no_language(text: str) -> None:
    assert detect(text) == NOTHING


@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    for one in detect(text).tongues:
        assert one.code
        assert 0 < one.share <= 100


def test_nothing_is_asked_of_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert detect(SENTENCES["sw"]).sure
