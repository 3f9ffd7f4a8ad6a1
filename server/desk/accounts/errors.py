"""What can be wrong with an account."""

from server.plumbing.errors import ToldError


class AccountsError(ToldError):
    """Base of the errors below."""


class LoginRefusedError(AccountsError):
    """Name, password or code is wrong, or too many were; nobody is told which."""

    def __init__(self) -> None:
        """Say what to do, the same for every reason."""
        super().__init__("name, password or code is wrong, or too many were: wait, then try again")


class LinkError(AccountsError):
    """A one-time link was used, is too old, or never was."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this link is used up or too old: ask for a new one")


class ChoiceError(AccountsError):
    """Something chosen for an account does not do.

    Attributes:
        field: Name of the form field.
        kind: `name`, `taken`, `password`, `repeat` or `code`.
    """

    def __init__(self, field: str, kind: str) -> None:
        """Keep which field and why."""
        self.field = field
        self.kind = kind
        super().__init__(f"choose another {field} ({kind})")


class LastLeadError(AccountsError):
    """Without this person nobody could lead or administer the desk."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("invite another lead who administers first")


class SecurityKeyError(AccountsError):
    """What a security key said is not the answer to what it was asked."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this security key did not answer as it should: try again")
