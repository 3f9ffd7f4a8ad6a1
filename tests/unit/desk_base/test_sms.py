"""The number for text messages: off by default, told to phones by the directory, taken back."""

import pytest

from schemas.bundle.sms_text import read_sms, sms_texts
from schemas.envelope.sms import seal_sms
from schemas.wire.report import encode_report
from server.desk.db import start_writing
from server.desk.keys.settings import SettingError
from server.desk.keys.sms import set_sms_number, sms_number
from tests.support.desk import DeskRoom, a_report


def _set(room: DeskRoom, number: str | None) -> None:
    with room.work() as session:
        start_writing(session)
        set_sms_number(session, number, "command")
        session.commit()


def test_a_desk_takes_no_text_messages_by_default(room: DeskRoom) -> None:
    assert room.directory().policy.sms_number is None


def test_a_number_is_in_the_directory_after_the_next_pull_and_out_after_another(
    room: DeskRoom,
) -> None:
    version = room.directory().version
    _set(room, "+250 788-000.111")
    room.pull()
    directory = room.directory()
    assert (directory.policy.sms_number, directory.version) == ("+250788000111", version + 1)
    room.pull()
    assert room.directory().version == version + 1
    _set(room, None)
    room.pull()
    assert room.directory().policy.sms_number is None


@pytest.mark.parametrize("number", ["", "12", "call me", "+25078800011122334", "٠١٢٣", "++123"])
def test_what_is_no_number_is_refused(room: DeskRoom, number: str) -> None:
    with pytest.raises(SettingError):
        _set(room, number)
    with room.work() as session:
        assert sms_number(session) is None


def test_a_report_that_came_as_text_messages_is_opened_like_others(room: DeskRoom) -> None:
    directory = room.directory()
    sealed = seal_sms(
        encode_report(a_report("Soldiers burned two houses.")),
        recipient=directory.recipients[0],
        desk_id=directory.desk_id,
    )
    assert all(read_sms(text).pieces <= 3 for text in sms_texts(sealed.blob))
    room.relay.put([sealed.blob])
    assert room.pull().opened == 1
