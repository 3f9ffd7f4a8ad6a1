"""What can be wrong with data at a boundary. Every parser raises one of these or nothing.

``slug`` is stable and safe to log; it never holds anything of the data refused.
"""


class ContractError(Exception):
    """Say that data breaks the contract.

    Attributes:
        slug: Stable kind of the refusal, as named in ``docs/spec/``.
    """

    slug: str = "contract"

    def __init__(self, slug: str = "", hint: str = "") -> None:
        """Keep the kind and an explanation that names no content."""
        self.slug = slug or type(self).slug
        super().__init__(f"{self.slug}: {hint}" if hint else self.slug)


class EnvelopeError(ContractError):
    """A blob cannot be opened; ``slug`` is a kind of envelope.md section 3."""

    slug = "bad-envelope"


class PlaintextTooLargeError(ContractError):
    """What should be sealed does not fit the largest bucket."""

    slug = "too-large"


class ChunkError(ContractError):
    """An attachment chunk does not open, or a file does not fit its manifest."""

    slug = "bad-chunk"


class UnknownSuiteError(ContractError):
    """The recipient record names a suite this version cannot seal to."""

    slug = "unknown-suite"


class InvalidReportError(ContractError):
    """A report breaks a rule of report.md."""

    slug = "bad-report"


class ReplyError(ContractError):
    """A reply does not fit, does not open, or breaks a rule of report.md section 4."""

    slug = "bad-reply"


class DirectoryError(ContractError):
    """A directory is refused: ``bad-directory``, ``bad-signature``, ``rollback`` or ``fork``."""

    slug = "bad-directory"


class InviteError(ContractError):
    """An invite or bridge line breaks a rule of directory.md section 1."""

    slug = "bad-invite"


class ReleaseError(ContractError):
    """A release of the phone app breaks a rule of release.md."""

    slug = "bad-release"


class FrameError(ContractError):
    """A frame or exchange header is refused; ``slug`` is one of sync.md section 7."""

    slug = "malformed-frame"


class ReceiptError(ContractError):
    """A receipt or HAVE does not parse or its signature does not verify."""

    slug = "bad-receipt"


class BoardError(ContractError):
    """A board page is refused: ``bad-page``, ``bad-signature``, ``gap`` or ``fork``."""

    slug = "bad-page"


class DeskRequestError(ContractError):
    """A desk's request to a relay is not authentic."""

    slug = "bad-desk-request"


class BundleError(ContractError):
    """A file is no bundle at all (``not-a-bundle``) or is over a limit (``too-large``)."""

    slug = "not-a-bundle"


class PlacePackError(ContractError):
    """A file is no pack of places (``not-a-place-pack``), or is damaged (``bad-place-pack``).

    One that would be larger than a phone takes is not written (``place-pack-too-large``).
    """

    slug = "bad-place-pack"


class SymbolError(ContractError):
    """A symbol, or what its symbols add up to, is refused; a kind of symbols.md section 4."""

    slug = "bad-symbol"


class FormError(ContractError):
    """A form document breaks a rule of forms.md, or an answer does not fit its question."""

    slug = "bad-form"


class TaxonomyError(ContractError):
    """A taxonomy file breaks its format."""

    slug = "bad-taxonomy"
