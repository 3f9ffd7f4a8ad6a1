"""A cell's reports have, sealed, exactly the size its scenario names."""

from pathlib import Path

import pytest

from client_sync.composing import Answers
from tests.lab.report_texts import text_of
from tests.support.client_world import World


@pytest.mark.parametrize("size_bytes", [1024, 2048, 4096, 8192])
def test_every_text_seals_to_the_size_that_was_asked_for(tmp_path: Path, size_bytes: int) -> None:
    world = World(tmp_path)
    world.join()
    for number in range(20):
        text = text_of(seed=7, number=number, size_bytes=size_bytes)
        world.client.report(Answers(category="attack", text=text))
    world.client.sync()
    world.client.close()
    sizes = [len(blob) for relay in world.relays for blob in relay.blobs.values()]
    assert sizes == [size_bytes] * 20


def test_texts_of_a_cell_differ_and_repeat() -> None:
    assert text_of(1, 1, 1024) == text_of(1, 1, 1024)
    assert len({text_of(seed, number, 1024) for seed in (1, 2) for number in range(50)}) == 100
