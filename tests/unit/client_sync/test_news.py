"""What comes back with a sync: the desk's board and the mailboxes."""

from client_sync.sync.engine import MOST_FRUITLESS as MOST_READS
from schemas.domain.sync import MailboxEntry
from tests.support.client_world import World


def test_many_board_pages_are_read_in_one_sync(world: World) -> None:
    world.write()
    world.client.sync()
    for _ in range(20):
        world.desk.publish([])
    world.desk.pull()
    assert world.client.sync().acknowledged == 1


def test_a_forged_board_page_acknowledges_nothing(world: World) -> None:
    world.write()
    world.client.sync()
    honest = world.desk.board
    world.desk.board = world.desk.root
    world.desk.pull()
    result = world.client.sync()
    assert (result.acknowledged, world.states()) == (0, ["held"])
    assert "not the desk's" in " ".join(result.warnings)
    world.desk.board = honest


def test_a_rewritten_board_is_refused(world: World) -> None:
    world.desk.publish([])
    world.client.sync()
    world.desk.pages.clear()
    world.advance(days=1)
    world.desk.publish([])
    world.desk.publish([])
    assert "not the desk's" in " ".join(world.client.sync().warnings)


def test_a_reply_is_fetched_and_opened_once(world: World) -> None:
    report_id = world.write()
    world.client.sync()
    world.desk.pull()
    (opened,) = world.desk.reports
    world.desk.reply(opened, "Thank you.")
    assert world.client.sync().replies == 1
    assert world.client.sync().replies == 0
    (reply,) = world.client.replies()
    assert (reply.report_id, reply.text) == (report_id, "Thank you.")


def test_a_second_reply_of_the_same_week_comes_too(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    (opened,) = world.desk.reports
    for text in ("one", "two"):
        world.desk.reply(opened, text)
        world.client.sync()
    assert [reply.text for reply in world.client.replies()] == ["one", "two"]


def test_a_reply_is_found_among_hundreds_of_others(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    (opened,) = world.desk.reports
    noise = [MailboxEntry(world.entropy(16), world.entropy(1024)) for _ in range(300)]
    for relay in world.relays:
        relay.mail.extend(noise)
    world.desk.reply(opened, "found")
    for relay in world.relays:
        relay.mail.extend(noise[:40])
    assert world.client.sync().replies == 1


def test_a_reply_that_one_relay_withholds_is_fetched_at_another(world: World) -> None:
    world.write()
    world.client.sync()
    world.desk.pull()
    (opened,) = world.desk.reports
    world.desk.reply(opened, "from the other one")
    world.relays[0].mail.clear()
    result = world.client.sync()
    assert (result.replies, result.round_trips) == (1, 3)
    assert world.client.sync().round_trips == 1


def test_a_relay_that_fills_the_mailbox_for_ever_does_not_hold_a_sync(world: World) -> None:
    entries = [MailboxEntry(world.entropy(16), bytes(1024)) for _ in range(64 * MOST_READS * 2)]
    world.relays[0].mail.extend(entries)
    assert world.client.sync().round_trips <= MOST_READS


def test_every_request_asks_for_some_mailbox(world: World) -> None:
    world.relays[0].headers.clear()
    for _ in range(6):
        world.client.sync()
    prefixes = {header.mailbox_prefix for header in world.relays[0].headers}
    assert len(prefixes) > 3
