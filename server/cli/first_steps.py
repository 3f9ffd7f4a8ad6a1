"""What `up` says to a person, and to a script."""

from typing import Protocol


class Shown(Protocol):
    """What there is to show."""

    @property
    def phone_url(self) -> str:
        """Where the phone app is."""
        ...

    @property
    def desk_url(self) -> str:
        """Where the desk is."""
        ...

    @property
    def invite(self) -> str:
        """What a phone joins with."""
        ...

    @property
    def first_login_url(self) -> str | None:
        """Where the first person sets up the desk, until somebody has."""
        ...

    def as_json(self) -> str:
        """Write everything as one line of JSON."""
        ...


def show(addresses: Shown, *, as_json: bool) -> None:
    """Print the addresses.

    Args:
        addresses: What there is to show.
        as_json: One line for a script instead of words.
    """
    print(addresses.as_json() if as_json else in_words(addresses), flush=True)


def in_words(addresses: Shown) -> str:
    """Write what to do next, for a person."""
    first = addresses.first_login_url
    desk = (
        f"1. Set up the desk:     {first}"
        if first
        else f"1. The desk:            {addresses.desk_url}"
    )
    return "\n".join(
        [
            "Tocsin is running.",
            "",
            desk,
            f"2. Join with a phone:   {addresses.invite}",
            f"   The phone app is at  {addresses.phone_url}",
            "",
            "Stop with Ctrl-C. Nothing is lost; start again with the same command.",
        ]
    )
