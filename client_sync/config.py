"""Where a client lives, and what its vault costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from client_sync.errors import ClientError
from client_sync.vault.container import FULL_COST, SMALL_COST, DerivationCost
from schemas.domain.directory import Endpoint
from schemas.wire.route import parse_via

HOME_VARIABLE = "TOCSIN_CLIENT_HOME"
VIA_VARIABLE = "TOCSIN_CLIENT_VIA"
PASSPHRASE_VARIABLE = "TOCSIN_PASSPHRASE"  # noqa: S105  # a variable's name


@dataclass(frozen=True, slots=True, repr=False)
class ClientConfig:
    """What a command needs to know before it begins.

    Attributes:
        home: The folder of vault and outbox.
        passphrase: From the environment, or None: ask the person.
        cost: What one guess of the passphrase shall cost; used when a vault is made.
        via: A SOCKS5 proxy for every relay of another machine, or None.
    """

    home: Path
    passphrase: str | None = None
    cost: DerivationCost = FULL_COST
    via: Endpoint | None = None

    def __repr__(self) -> str:
        """Hide the passphrase."""
        return "<ClientConfig>"

    @classmethod
    def from_env(
        cls,
        env: Mapping[str, str],
        home: str | None = None,
        via: str | None = None,
        *,
        is_small: bool = False,
    ) -> "ClientConfig":
        """Read the configuration.

        Args:
            env: The environment.
            home: What `--home` said, if anything.
            via: What `--via` said, if anything.
            is_small: The machine has little memory.

        Raises:
            ClientError: When no home is named, or the passphrase is set but empty.
            InviteError: When the proxy is not written as one.
        """
        folder = home or env.get(HOME_VARIABLE)
        if not folder:
            raise ClientError(f"name a folder with --home DIR or {HOME_VARIABLE}")
        passphrase = env.get(PASSPHRASE_VARIABLE)
        if passphrase == "":
            raise ClientError(f"{PASSPHRASE_VARIABLE} is set but empty")
        proxy = via or env.get(VIA_VARIABLE)
        return cls(
            Path(folder),
            passphrase,
            SMALL_COST if is_small else FULL_COST,
            parse_via(proxy) if proxy else None,
        )
