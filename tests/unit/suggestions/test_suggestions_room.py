"""The room as people meet it: learning in the background, serving, the switch, the page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from schemas.domain.vocabulary import Category
from server.desk.accounts.roles import Person, Role
from server.desk.audit.store import entries
from server.desk.db import db, desk_session
from server.desk.intake.store import report_detail
from server.desk.keys.keyring import keyring
from server.desk.suggestions import serving, store
from server.desk.suggestions.holding_out import CodedReport
from server.desk.suggestions.rules import Suggestion
from server.desk.suggestions.training import Progress, training_of_desk
from server.desk.suggestions.training_states import TRANSITIONS, Phase, after
from server.desk.triage import coding
from server.desk.triage.index.reading import report_index
from server.desk.triage.taxonomy import Taxonomy, taxonomy_of
from tests.support.held_out import halves
from tests.unit.triage.desk_room import DeskRoom, open_desk_room

ENOUGH = 150


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    """A desk whose people coded enough to learn from."""
    desk = open_desk_room(tmp_path_factory.mktemp("desk"))
    code_all(desk, halves(ENOUGH)[0].learned)
    yield desk
    with desk.inside():
        db.engine.dispose()


@pytest.fixture
def young(tmp_path: Path) -> Iterator[DeskRoom]:
    """A desk where nobody has coded."""
    desk = open_desk_room(tmp_path)
    yield desk
    with desk.inside():
        db.engine.dispose()


def codes(room: DeskRoom) -> Taxonomy:
    return taxonomy_of(room.app.extensions["tocsin.config"].home)


def code_all(room: DeskRoom, reports: Sequence[CodedReport]) -> None:
    person = room.person(Role.ANALYST)
    taxonomy = codes(room)
    for one in reports:
        report_id = room.report(one.text, category=one.category)
        with room.inside():
            hand = room.hand(person)
            for name in sorted(one.indicators):
                coding.code(hand, taxonomy, report_id, coding.Judgement(name))
            desk_session().commit()


def learn(room: DeskRoom, person: Person) -> Progress:
    with room.inside():
        taxonomy = codes(room)
        training = training_of_desk()
        assert training.start(room.app, person.actor, taxonomy, serving.guide_of(taxonomy))
        return training.wait()


def suggested(room: DeskRoom, report_id: str) -> Sequence[Suggestion]:
    with room.inside():
        session, ring = desk_session(), keyring()
        view = report_detail(session, ring, report_id)
        index = report_index(session, ring)
        return serving.suggestions(session, ring, index, view, codes(room))


def press(client: FlaskClient, path: str, **fields: str) -> int:
    page = client.get("/suggestions").text
    token = page.split('name="csrf_token" value="')[1][:64]
    return client.post(path, data={"csrf_token": token, **fields}).status_code


def acts(room: DeskRoom) -> list[str]:
    with room.inside():
        return [one.act for one, _ in entries(desk_session())]


def test_a_young_desk_is_told_how_to_begin(young: DeskRoom) -> None:
    page = young.client(young.person(Role.ANALYST)).get("/suggestions").text
    assert "It needs 75; there are 0." in page
    assert "Learn from all codings" not in page
    assert "Rules: the witness" in page
    report_id = young.report()
    assert all(one.model == 0 and one.chance is None for one in suggested(young, report_id))


def test_a_young_desk_does_not_learn_even_when_asked(young: DeskRoom) -> None:
    client = young.client(young.person(Role.ANALYST))
    assert press(client, "/suggestions/learn") == 302
    assert "too few codings" in client.get("/suggestions").text
    assert "suggestions.learn" not in acts(young)


def test_a_desk_learns_in_the_background_and_the_model_then_serves(room: DeskRoom) -> None:
    ended = learn(room, room.person(Role.ANALYST))
    assert ended.phase is Phase.DONE
    assert ended.model >= 1
    report_id = room.report("They painted crosses on the gates of our neighbours at night.")
    found = suggested(room, report_id)
    assert found[0].indicator_id == "7.12"
    assert found[0].model == ended.model
    assert found[0].chance is not None
    assert "suggestions.learned" in acts(room)


def test_the_page_shows_figures_a_plot_and_the_history(room: DeskRoom) -> None:
    first = learn(room, room.person(Role.ANALYST)).model
    second = learn(room, room.person(Role.ANALYST)).model
    assert second == first + 1
    page = room.client(room.person(Role.MONITOR)).get("/suggestions").text
    assert f"How good model {second} is" in page
    assert page.count('class="bin"') >= 3
    assert f'<th scope="row">{first}</th>' in page
    assert "Mean gap:" in page


def test_the_report_page_shows_reasons_the_model_and_past_codings(room: DeskRoom) -> None:
    past = CodedReport("", (), Category.MARKING, "A painted wall.", frozenset({"7.12"}))
    code_all(room, [past])
    model = learn(room, room.person(Role.ANALYST)).model
    report_id = room.report("They painted crosses on the gates of our neighbours at night.")
    page = room.client(room.person(Role.MONITOR)).get(f"/reports/{report_id}").text
    assert f"Chances by model {model}." in page
    assert "% likely" in page
    assert "coded so before:" in page
    assert "written in English" in page


def test_only_the_last_two_models_are_kept_and_all_figures(room: DeskRoom) -> None:
    numbers = [learn(room, room.person(Role.ANALYST)).model for _ in range(3)]
    with room.inside():
        session, ring = desk_session(), keyring()
        kept = [store.model_bytes(session, ring, number) is not None for number in numbers]
        assert kept == [False, True, True]
        assert {one.number for one in store.history(session, ring)} >= set(numbers)


def test_a_stopped_training_keeps_nothing_and_what_served_goes_on(room: DeskRoom) -> None:
    with room.inside():
        before = store.newest_number(desk_session())
        taxonomy = codes(room)
        training = training_of_desk()
        actor = room.person(Role.ANALYST).actor
        assert training.start(room.app, actor, taxonomy, serving.guide_of(taxonomy))
        assert not training.start(room.app, actor, taxonomy, serving.guide_of(taxonomy))
        assert training.stop()
        assert training.wait().phase is Phase.STOPPED
        assert store.newest_number(desk_session()) == before
    assert "Learning was stopped" in room.client(room.person(Role.MONITOR)).get("/suggestions").text


def test_one_switch_ends_suggestions_for_everybody_and_is_written_down(young: DeskRoom) -> None:
    report_id = young.report()
    assert suggested(young, report_id)
    lead = young.client(young.person(Role.LEAD))
    assert press(lead, "/suggestions/switch", on="0") == 302
    assert suggested(young, report_id) == ()
    assert "Suggested, with reasons" not in lead.get(f"/reports/{report_id}").text
    assert press(lead, "/suggestions/switch", on="1") == 302
    assert suggested(young, report_id)
    assert [act for act in acts(young) if act.startswith("suggestions.")] == [
        "suggestions.off",
        "suggestions.on",
    ]


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.READER, "/suggestions/learn"),
        (Role.MONITOR, "/suggestions/learn"),
        (Role.MONITOR, "/suggestions/stop"),
        (Role.ANALYST, "/suggestions/switch"),
    ],
)
def test_who_may_not_is_refused(young: DeskRoom, role: Role, path: str) -> None:
    client = young.client(young.person(role))
    token = client.get("/queue").text.split('name="csrf_token" value="')[1][:64]
    assert client.post(path, data={"csrf_token": token}).status_code == 403


def test_a_training_that_ended_may_begin_again_and_a_running_one_may_not() -> None:
    for phase, following in TRANSITIONS.items():
        running = phase in {Phase.READING, Phase.LEARNING}
        assert (Phase.READING in following) is not running
    with pytest.raises(ValueError, match="does not go"):
        after(Phase.IDLE, Phase.DONE)
