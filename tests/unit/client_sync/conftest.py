"""A world for every test that needs one; a relay behind TLS, and who may stand in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from client_sync.transports.relay_http import HttpTransport
from tests.support.client_world import NOW, MovedClock, Seeded, World
from tests.support.http_relay import Front, http_relay, trusting
from tests.support.memory_desk import make_relay
from tests.support.middleman import Middleman, middleman
from tests.support.routed import port_of


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two relays, a desk, and a client that has joined."""
    made = World(tmp_path)
    made.join()
    yield made
    made.client.close()


@pytest.fixture
def tls_front() -> Iterator[Front]:
    """A relay behind TLS."""
    with http_relay(make_relay("tls", NOW, Seeded("tls")), is_tls=True) as made:
        yield made


@pytest.fixture
def tls_transport() -> Iterator[HttpTransport]:
    """A transport that trusts the test certificate; its deadlines stand still."""
    made = HttpTransport(MovedClock(), trusting(), entropy=Seeded("circuits"))
    yield made
    made.close()


@pytest.fixture
def untrusting() -> Iterator[HttpTransport]:
    """A transport that trusts what the system trusts, which the test certificate is not."""
    made = HttpTransport(MovedClock())
    yield made
    made.close()


@pytest.fixture
def between(tls_front: Front) -> Iterator[Middleman]:
    """Somebody who writes down what passes."""
    with middleman(port_of(tls_front)) as standing:
        yield standing


@pytest.fixture
def proxy(tls_front: Front) -> Iterator[Middleman]:
    """A SOCKS5 proxy that finds every name at the relay."""
    with middleman(port_of(tls_front), is_proxy=True) as standing:
        yield standing
