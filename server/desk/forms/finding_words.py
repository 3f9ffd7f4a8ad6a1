"""Each finding of an import as a sentence that says what to do."""

from collections.abc import Mapping
from typing import Final

from server.desk.forms.findings import Finding
from server.desk.translations import N_, gettext

SENTENCES: Final[Mapping[str, str]] = {
    "type": N_(
        "Left out: Tocsin has no question of the kind “%(type)s”. Use text, integer, date, "
        "select_one or select_multiple."
    ),
    "metadata": N_("Left out: “%(type)s”. Tocsin never notes a device, a person or a moment."),
    "repeat": N_("Left out: questions that repeat. Ask once, or in a text."),
    "inside-repeat": N_("Left out: this question stands among those that repeat. Move it out."),
    "relevant": N_(
        "The condition “%(text)s” cannot be said in Tocsin: the question is always shown. Choose "
        "its condition in the editor."
    ),
    "constraint": N_(
        "The limit “%(text)s” was left out. Tocsin knows . >= 0 and . <= 10 for integer, and "
        "string-length(.) <= 100 for text."
    ),
    "required": N_(
        "“%(text)s” is neither yes nor no: the answer is taken as not needed. Write yes or no."
    ),
    "column": N_("Left out: Tocsin has no use for the column “%(column)s”."),
    "heading": N_("Left out: this column has no heading."),
    "cell": N_("Left out: a formula or an error stands here. Write the text itself."),
    "sheet": N_("The sheet “%(sheet)s” was not read."),
    "note": N_("This note was left out. Put its words into the hint of a question."),
    "group-label": N_("The heading of this group was left out: Tocsin asks one list of questions."),
    "group-flat": N_("The questions of this group stand in the one list."),
    "group-end": N_("This end has no beginning. Look whether a begin_group is missing."),
    "no-list": N_("Left out: the sheet choices has no list “%(list)s”. Add it there."),
    "list-unused": N_("Left out: no question uses the list “%(list)s”."),
    "or-other": N_("“or_other” was left out. Add an answer “other”, and a text question for it."),
    "row": N_("Left out: this row lacks its type, its name or its words. Fill them in."),
    "name-twice": N_("Left out: the name “%(name)s” is used twice. Give it another."),
    "language": N_(
        "Left out: the language of “%(column)s” is not known. Write its code too, as in "
        "label::French (fr)."
    ),
    "category": N_(
        "“%(text)s” is no subject of a report. Choose in the editor when the form is asked."
    ),
    "name": N_("Answers are kept under “%(key)s”: names are small letters, digits and _."),
    "no-categories": N_("Choose in the editor for which reports the form is asked."),
    "no-form-id": N_("The form has no form_id and is called “%(key)s”."),
    "no-language": N_(
        "No language is named: taken as “%(language)s”. Write label::English (en) to name it."
    ),
    "note-as-hint": N_("This note is shown as the hint of the question under it."),
    "reference": N_("${…} is shown as it stands here. Write the sentence without it."),
    "title-once": N_("The title stands in one language and is used for all. Translate it."),
    "too-long": N_("%(length)s characters; at most %(most)s fit. Shorten it in the editor."),
    "too-many-questions": N_(
        "A form has at most %(most)s questions. Take some out in the editor, or make two forms."
    ),
    "translation-missing": N_("The words in “%(language)s” are missing. Write them in the editor."),
    "pyxform": N_("Other programs would not take this file as it is. pyxform says: %(text)s"),
}
"""Code to sentence."""


def finding_said(finding: Finding) -> str:
    """Say a finding in the language of the request."""
    return gettext(SENTENCES[finding.code]) % dict(finding.values)
