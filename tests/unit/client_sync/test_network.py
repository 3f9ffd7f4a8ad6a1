"""Networks are told apart, and their names say nothing."""

from dataclasses import replace
from pathlib import Path

from client_sync.network import NAME_BYTES, memory_key, network_name
from client_sync.outbox.store import OutboxStore
from client_sync.sync.engine_state import RelayFacts
from client_sync.sync.memory import MOST_NETWORKS, RelayMemory
from schemas.domain.ids import RelayKey
from tests.support.client_world import Seeded, World

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
HOME = (
    "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
    "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
)
CAFE = HOME.replace("0101A8C0", "FE01A8C0")
OFFICE = HOME.replace("00FFFFFF", "0000FFFF")
KEY = bytes(range(32))
NORTH, SOUTH = RelayKey(b"n" * 32), RelayKey(b"s" * 32)
FACTS = RelayFacts(
    NORTH,
    place=0,
    failures=3,
    rest_until_ms=1_795_000_000_123,
    full_until_ms=7,
    rate_bytes_per_second=4000,
    round_trip_ms=640,
    batch_bytes=8192,
    most_batch_bytes=65_536,
)


def _name(folder: Path, table: str, key: bytes = KEY) -> bytes:
    path = folder / "route"
    path.write_text(HEAD + table, "ascii")
    return network_name(key, path)


def test_networks_differ_by_gateway_and_subnet(tmp_path: Path) -> None:
    names = {_name(tmp_path, table) for table in (HOME, CAFE, OFFICE, "")}
    assert len(names) == 4
    assert {len(name) for name in names} == {NAME_BYTES}


def test_the_same_network_has_another_name_on_another_machine(tmp_path: Path) -> None:
    assert _name(tmp_path, HOME) == _name(tmp_path, HOME)
    assert _name(tmp_path, HOME) != _name(tmp_path, HOME, bytes(32))


def test_where_the_system_does_not_tell_every_network_is_one(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\xff\xfe garbage\n")
    unknown = network_name(KEY, tmp_path / "none")
    assert unknown == network_name(KEY, tmp_path / "odd") == _name(tmp_path, "short row\n")


def _memory(store: OutboxStore, network: bytes = b"n" * 16, key: bytes = KEY) -> RelayMemory:
    return RelayMemory(store.ledger, key, network, Seeded(network.hex()))


def test_what_is_learnt_of_a_relay_is_recalled_on_that_network_only(tmp_path: Path) -> None:
    store = OutboxStore(tmp_path / "outbox.db")
    with store.transaction():
        _memory(store).keep([FACTS])
    assert _memory(store).recall([SOUTH, NORTH]) == (RelayFacts(SOUTH, 0), replace(FACTS, place=1))
    assert _memory(store, b"m" * 16).recall([NORTH]) == (RelayFacts(NORTH, 0),)
    store.close()


def test_a_relay_that_is_not_asked_now_is_not_forgotten(tmp_path: Path) -> None:
    store = OutboxStore(tmp_path / "outbox.db")
    with store.transaction():
        _memory(store).keep([FACTS])
        _memory(store).keep([RelayFacts(SOUTH, 0)])
    assert _memory(store).recall([NORTH]) == (FACTS,)
    store.close()


def test_the_memory_is_sealed_and_of_one_size(tmp_path: Path) -> None:
    store = OutboxStore(tmp_path / "outbox.db")
    sizes = set()
    for facts in ([], [FACTS], [replace(FACTS, key=RelayKey(bytes([n]) * 32)) for n in range(40)]):
        with store.transaction():
            _memory(store).keep(facts)
        sealed = store.ledger.network(b"n" * 16)
        sizes.add(len(sealed))
        assert bytes(NORTH) not in bytes(sealed)
    assert len(sizes) == 1
    assert _memory(store, key=bytes(32)).recall([NORTH]) == (RelayFacts(NORTH, 0),)
    store.close()


def test_at_most_eight_networks_are_remembered(tmp_path: Path) -> None:
    store = OutboxStore(tmp_path / "outbox.db")
    names = [bytes([number]) * 16 for number in range(MOST_NETWORKS + 3)]
    for name in names:
        with store.transaction():
            store.ledger.begin_sync()
            _memory(store, name).keep([FACTS])
    kept = [name for name in names if store.ledger.network(name)]
    assert kept == names[3:]
    store.close()


def _first_answer_seconds(world: World, *, is_manual: bool) -> float:
    """Fail, then sync over a link that is back; give the time until it answered."""
    world.link.down = set(world.link.relays)
    world.client.sync()
    world.link.down = set()
    began = world.clock.elapsed
    assert world.client.sync(is_manual=is_manual).has_reached_relay
    return world.clock.elapsed - began


def test_a_relay_that_failed_rests_into_the_next_sync_unless_somebody_asks(world: World) -> None:
    assert _first_answer_seconds(world, is_manual=False) > 1.5
    assert _first_answer_seconds(world, is_manual=True) == 1.0


def test_a_relay_that_failed_here_goes_behind_the_others_next_time(world: World) -> None:
    world.link.down = {world.relays[0].url}
    world.client.sync()
    world.link.down = set()
    world.write()
    world.client.sync()
    assert (len(world.relays[0].blobs), len(world.relays[1].blobs)) == (0, 1)


def test_the_key_of_the_memory_is_the_vaults_own(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        world = World(tmp_path / name, seed=name)
        world.join()
        keys.add(memory_key(world.client._open().vault.contents))
        world.client.close()
    assert len(keys) == 2
