"""The secret paths of a relay: one for each channel by which its line is given out.

Theory of operation: people hear of a relay by a poster, from a friend, in a newsletter. Each such
channel has a path of its own, so that one that leaks can be retired alone and the others never
notice. `relay.paths` holds one channel a line:

    /PATH [LABEL [retired DAY]]

A line is never taken out: a retired path is a page the web site does not have, but who still asks
for it is counted, and the place of a line is the place of its counters. A line without a label is
an older file's and is named by its place. The first line's path is the one in the directory, which
every phone uses once it has joined: what is counted on the others is people who join.

The file is read again when it changes, so that adding or retiring a channel needs no restart.
"""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from schemas.envelope.entropy import Entropy, random_bytes
from schemas.wire.codec import to_base64url
from server.plumbing.db import FILE_MODE
from server.relay.errors import HomeError

PATHS_FILE: Final = "relay.paths"

PATH_BYTES: Final = 16
"""128 bits: nobody finds the path by trying."""

MOST_CHANNELS: Final = 64
"""Retired ones included: as many as the counters have places for."""

FIRST_LABEL: Final = "directory"

_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RETIRED: Final = "retired"


@dataclass(frozen=True, slots=True, repr=False)
class Channel:
    """One secret path.

    Attributes:
        path: Begins with a slash.
        label: What the people who run the relay call it.
        place: Its line in the file, from 0; its counters have the same.
        retired_day: Day number on which it was taken out of use, or None while it is in use.
    """

    path: str
    label: str
    place: int
    retired_day: int | None = None

    def __repr__(self) -> str:
        """Show the label only: the path is a secret."""
        return f"<Channel {self.label}>"

    @property
    def is_open(self) -> bool:
        """Tell whether the path leads to the relay."""
        return self.retired_day is None


def parse_channels(text: str) -> tuple[Channel, ...]:
    """Read the lines of `relay.paths`.

    Args:
        text: The file.

    Returns:
        The channels in their order.

    Raises:
        HomeError: A line is none, two share a path or a label, or there are too many.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    channels = tuple(_channel(place, words) for place, words in enumerate(lines))
    if not _are_sound(channels):
        raise HomeError("the relay's files are damaged: restore them from a backup")
    return channels


def _are_sound(channels: tuple[Channel, ...]) -> bool:
    paths = {channel.path for channel in channels}
    labels = {channel.label for channel in channels}
    is_distinct = len(paths) == len(labels) == len(channels)
    return 0 < len(channels) <= MOST_CHANNELS and is_distinct and channels[0].is_open


def _channel(place: int, words: list[str]) -> Channel:
    path, label, *rest = words if len(words) > 1 else [*words, _label_of_old(place)]
    is_retired = len(rest) == 2 and rest[0] == _RETIRED and rest[1].isdecimal()  # noqa: PLR2004
    if not path.startswith("/") or not _LABEL.fullmatch(label) or (rest and not is_retired):
        raise HomeError("the relay's files are damaged: restore them from a backup")
    return Channel(path, label, place, int(rest[1]) if rest else None)


def _label_of_old(place: int) -> str:
    return FIRST_LABEL if place == 0 else f"path-{place + 1}"


def read_channels(folder: Path) -> tuple[Channel, ...]:
    """Read a relay's channels.

    Args:
        folder: The relay's folder.

    Raises:
        HomeError: The file is missing or damaged.
    """
    try:
        text = (folder / PATHS_FILE).read_text("ascii")
    except (OSError, ValueError):
        raise HomeError("the relay has no key yet: run `python -m server relay init`") from None
    return parse_channels(text)


def add_channel(folder: Path, label: str, entropy: Entropy = random_bytes) -> Channel:
    """Open a channel.

    Args:
        folder: The relay's folder.
        label: Lower-case letters, digits and hyphens, 1 to 32 of them; not in use yet.
        entropy: Where its path comes from.

    Returns:
        The new channel.

    Raises:
        HomeError: The label is not one, or there is no place left.
    """
    channels = read_channels(folder)
    if not _LABEL.fullmatch(label):
        raise HomeError("name a channel with lower-case letters, digits and hyphens, 32 at most")
    if any(channel.label == label for channel in channels):
        raise HomeError("a channel has this name already: choose another one")
    if len(channels) == MOST_CHANNELS:
        raise HomeError("this relay has all the channels it can have: set up another relay")
    added = Channel(f"/{to_base64url(entropy(PATH_BYTES))}", label, len(channels))
    _write(folder, (*channels, added))
    return added


def retire_channel(folder: Path, label: str, day: int) -> Channel:
    """Close a channel: its path becomes a page that does not exist.

    Args:
        folder: The relay's folder.
        label: Its name.
        day: Today's day number.

    Returns:
        The retired channel.

    Raises:
        HomeError: There is none of this name, or it is the first, which the directory names.
    """
    channels = read_channels(folder)
    found = next((channel for channel in channels if channel.label == label), None)
    if found is None:
        raise HomeError("no channel has this name: see `python -m server relay channel list`")
    if found.place == 0:
        raise HomeError(
            "every phone uses this path: retire the relay at the desk and set up another one"
        )
    retired = replace(found, retired_day=day if found.is_open else found.retired_day)
    _write(folder, tuple(retired if channel is found else channel for channel in channels))
    return retired


def _write(folder: Path, channels: tuple[Channel, ...]) -> None:
    lines = [
        f"{one.path} {one.label}" + ("" if one.is_open else f" {_RETIRED} {one.retired_day}")
        for one in channels
    ]
    beside = folder / f"{PATHS_FILE}.new"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / PATHS_FILE)


class ChannelBook:
    """A relay's channels as they are now."""

    def __init__(self, folder: Path) -> None:
        """Read them.

        Args:
            folder: The relay's folder.

        Raises:
            HomeError: The file is missing or damaged.
        """
        self._folder = folder
        self._mark = self._mark_now()
        self._by_path = _by_path(read_channels(folder))

    def find(self, path: str) -> Channel | None:
        """Find the channel of a path, retired or not.

        Args:
            path: As the web server understood it.
        """
        mark = self._mark_now()
        if mark != self._mark:
            self._reread(mark)
        return self._by_path.get(path)

    def _reread(self, mark: tuple[int, int]) -> None:
        try:
            self._by_path = _by_path(read_channels(self._folder))
        except HomeError:
            # A damaged file closes nothing: what was read last stays until it is mended.
            return
        self._mark = mark

    def _mark_now(self) -> tuple[int, int]:
        try:
            status = (self._folder / PATHS_FILE).stat()
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)


def _by_path(channels: tuple[Channel, ...]) -> dict[str, Channel]:
    return {channel.path: channel for channel in channels}
