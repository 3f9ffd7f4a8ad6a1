"""CAP 1.2: what the desk writes passes every rule, and every rule refuses what breaks it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.desk.publishing.alert import MessageType, Scope
from server.desk.publishing.cap import NAMESPACE, time_text, write_cap
from server.desk.publishing.cap_rules import CONTENT, LISTS, MOST_DOCUMENT_BYTES, check_cap
from server.desk.publishing.errors import CapError
from server.desk.publishing.xml_text import read_document
from tests.unit.publishing.alerts import ALERT, SENT, following

GOOD = write_cap(ALERT)


def rule_of(document: str) -> str:
    """Give the rule that refuses a document, or nothing."""
    try:
        check_cap(document)
    except CapError as refused:
        return refused.rule
    return ""


def changed(pattern: str, replacement: str) -> str:
    """Change the good document in one place."""
    document, count = re.subn(pattern, replacement, GOOD, count=1, flags=re.DOTALL)
    assert count == 1, f"the good document holds no {pattern}"
    return document


def test_what_the_desk_writes_passes_every_rule() -> None:
    check_cap(GOOD)
    update = following(MessageType.UPDATE, ALERT)
    check_cap(write_cap(update))
    check_cap(write_cap(following(MessageType.CANCEL, ALERT, update)))


def test_a_time_is_written_without_a_z() -> None:
    assert time_text(SENT) == "2026-11-23T12:00:00-00:00"


@pytest.mark.parametrize(
    ("pattern", "replacement", "rule"),
    [
        (r"</alert>", "", "not-xml"),
        (r"<alert", "<!DOCTYPE alert [<!ENTITY a 'b'>]><alert", "not-xml"),
        (re.escape(NAMESPACE), "urn:oasis:names:tc:emergency:cap:1.1", "namespace"),
        (r"<event>", '<event xmlns="urn:other">', "namespace"),
        (r"  <identifier>.*?</identifier>\n", "", "missing"),
        (r"  <sender>.*?</sender>\n", "", "missing"),
        (r"  <sent>.*?</sent>\n", "", "missing"),
        (r"    <category>.*?</category>\n", "", "missing"),
        (r"    <certainty>.*?</certainty>\n", "", "missing"),
        (r"<areaDesc>.*?</areaDesc>", "", "missing"),
        (r"<valueName>indicator</valueName>", "", "missing"),
        (r"(<status>.*?</status>)", r"\1\1", "too-many"),
        (r"(<headline>.*?</headline>)", r"\1\1", "too-many"),
        (r"(<sender>.*?</sender>)\s*(<sent>.*?</sent>)", r"\2\1", "missing"),
        (r"(<urgency>.*?</urgency>)\s*(<severity>.*?</severity>)", r"\2\1", "missing"),
        (r"(<headline>.*?</headline>)\s*(<description>.*?</description>)", r"\2\1", "order"),
        (r"<info>", "<info><colour>red</colour>", "missing"),
        (r"</info>", "<colour>red</colour></info>", "unknown"),
        (r"<status>Exercise", "<status>Drill", "enumeration"),
        (r"<msgType>Alert", "<msgType>Warning", "enumeration"),
        (r"<scope>Restricted", "<scope>Secret", "enumeration"),
        (r"<category>Security", "<category>War", "enumeration"),
        (r"<responseType>Assess", "<responseType>Pray", "enumeration"),
        (r"<urgency>Expected", "<urgency>Soon", "enumeration"),
        (r"<severity>Severe", "<severity>severe", "enumeration"),
        (r"<certainty>Possible", "<certainty>Maybe", "enumeration"),
        (r"<sent>[^<]*", "<sent>2026-11-23T12:00:00Z", "pattern"),
        (r"<sent>[^<]*", "<sent>2026-11-23T12:00:00.5-00:00", "pattern"),
        (r"<sent>[^<]*", "<sent>2026-02-30T12:00:00-00:00", "time"),
        (r"<expires>[^<]*", "<expires>tomorrow", "pattern"),
        (r"<identifier>[^<]*", "<identifier>two words", "pattern"),
        (r"<sender>[^<]*", "<sender>a,b", "pattern"),
        (r"<language>en", "<language>in English", "pattern"),
        (r"<event>[^<]*", "<event> ", "pattern"),
        (r"<polygon>[^<]*", "<polygon>10,30 10,40 20,40", "pattern"),
        (r"<polygon>[^<]*", "<polygon>10,30 10,40 20,40 20,30", "open-ring"),
        (r"<polygon>[^<]*", "<polygon>91,30 10,40 20,40 91,30", "coordinates"),
        (r"<geocode>", "<circle>10,30</circle><geocode>", "pattern"),
        (r"<geocode>", "<circle>10,30 -5</circle><geocode>", "radius"),
        (r"<geocode>", "<circle>10,300 5</circle><geocode>", "coordinates"),
        (r"<restriction>.*?</restriction>\n", "", "restriction"),
        (r"<scope>Restricted", "<scope>Private", "addresses"),
        (r"<msgType>Alert", "<msgType>Update", "references"),
        (r"<msgType>Alert", "<msgType>Cancel", "references"),
        (r"<info>.*</info>", "", "missing"),
        (r"<info>", "words<info>", "stray-text"),
        (r"<headline>[^<]*", "<headline><b>x</b>", "unknown"),
    ],
)
def test_every_rule_refuses_what_breaks_it(pattern: str, replacement: str, rule: str) -> None:
    assert rule_of(changed(pattern, replacement)) == rule


def test_a_document_that_no_narrow_line_carries_is_refused() -> None:
    assert rule_of(GOOD + " " * MOST_DOCUMENT_BYTES) == "too-large"


def test_a_circle_is_allowed_where_it_is_right() -> None:
    check_cap(changed(r"<geocode>", "<circle>10.5,30.25 12</circle><geocode>"))


def test_a_refusal_names_the_element_and_never_its_text() -> None:
    with pytest.raises(CapError) as refused:
        check_cap(changed(r"<status>Exercise", "<status>heliotrope"))
    assert "status" in str(refused.value)
    assert "heliotrope" not in str(refused.value)


@pytest.mark.parametrize("name", list(LISTS))
def test_every_closed_list_of_the_table_stands_where_the_standard_has_it(name: str) -> None:
    parts = [part for content in CONTENT.values() for part in content if part.kind == name]
    assert len(parts) == 1


def test_nothing_published_is_ever_for_everybody() -> None:
    assert "Public" not in {scope.value for scope in Scope}


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.strip() != ""))
def test_any_words_come_back_as_they_were_or_the_document_is_refused(words: str) -> None:
    document = write_cap(replace(ALERT, headline=words))
    if rule_of(document) == "":
        info = read_document(document).children[-1]
        said = next(c.text for c in info.children if c.name.endswith(" headline"))
        kept = re.sub(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", words)
        assert said == kept.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=300))
def test_any_text_is_refused_with_a_rule_and_nothing_else(text: str) -> None:
    assert rule_of(text) != ""
