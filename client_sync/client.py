"""The whole public API of the sender's side.

Example:
    Every line below works with no network except `sync`::

        client = Client(home="/home/amina/tocsin", passphrase="...")
        client.join(invite)
        kept = client.report(Answers(category="attack", text="Three trucks came at night."))
        result = client.sync()
        for status in client.status():
            print(status.report_id, status.state)
        client.close()

A client holds the lock of its home from its first use until `close`; it is not meant to be
shared between threads.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from client_sync import carrying
from client_sync.attaching import attach
from client_sync.clock import Clock, SystemClock
from client_sync.composing import Answers, compose
from client_sync.errors import AttachmentError, ClientError, StorageError
from client_sync.files import HomeLock, make_home
from client_sync.joining import check_free, read_invite, read_joining_file
from client_sync.network import memory_key, network_name
from client_sync.outbox.states import BlobState
from client_sync.proving import Proof, prove
from client_sync.session import Session
from client_sync.sync.result import SyncResult
from client_sync.syncing import run_sync, stamp_while_queued
from client_sync.telling import tell_replies, tell_status
from client_sync.transports.bundle_file import read_bundle_file
from client_sync.transports.connections import Connections
from client_sync.transports.lanes import Lanes
from client_sync.trust import accept_directory
from client_sync.vault.container import FULL_COST, DerivationCost
from client_sync.vault.contents import PARCEL_BYTES
from client_sync.vault.vault import Vault
from client_sync.views import (
    ExportView,
    ImportView,
    JoinView,
    KeptReportView,
    ReplyView,
    ReportStatus,
)
from schemas.bundle.reader import read_bundle
from schemas.constants import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS
from schemas.domain.directory import BridgeLine, Endpoint
from schemas.domain.forms import Form
from schemas.domain.report import Manifest
from schemas.envelope.entropy import Entropy, random_bytes
from schemas.forms import in_force
from schemas.wire.report import encode_report

Watch = Callable[[str, int, int], None]
"""Is told what is going on, how much is done, and how much there is."""


def _nobody_watches(_what: str, _done: int, _total: int) -> None:
    """Ignore progress."""


class Client:
    """A sender: seals reports, keeps them, hands them over."""

    def __init__(
        self,
        home: str | Path,
        passphrase: str,
        *,
        clock: Clock | None = None,
        entropy: Entropy = random_bytes,
        connect: Callable[[], Lanes] | None = None,
        via: Endpoint | None = None,
        watch: Watch = _nobody_watches,
    ) -> None:
        """Name a home; nothing is opened before the first use.

        Args:
            home: Folder of vault and outbox; `join` makes it.
            passphrase: Opens the vault, or is set by `join`.
            clock: Another clock than the machine's.
            entropy: Another source of randomness than the system's; for tests only.
            connect: Makes the lanes of a sync; HTTPS unless given.
            via: A SOCKS5 proxy for every relay of another machine.
            watch: Is told about long work.
        """
        self._home = Path(home)
        self._passphrase = passphrase
        self._clock = clock or SystemClock()
        self._entropy = entropy
        self._connect = connect or self._https
        self._connections = Connections(self._clock, via, entropy)
        self._watch = watch
        self._session: Session | None = None

    def __repr__(self) -> str:
        """Hide the passphrase."""
        return "<Client>"

    def __enter__(self) -> Self:
        """Use as a block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close at the end of the block."""
        self.close()

    def close(self) -> None:
        """Let go of the home; the next use opens it again."""
        if self._session is not None:
            self._session.close()
            self._session = None
        self._connections.close()

    def join(self, invite: str, cost: DerivationCost = FULL_COST) -> JoinView:
        """Join a desk by an invite link or bridge line, and fetch its directory if there is a link.

        Args:
            invite: What the desk gave.
            cost: What one guess of the passphrase shall cost.

        Returns:
            The desk's name, and whether reports can be sealed already.

        Raises:
            InviteError: When the invite cannot be read.
            AlreadyJoinedError: When the home belongs to a desk.
        """
        self._found(read_invite(invite), None, cost)
        self.sync()
        return self._joined()

    def join_by_file(self, path: Path, cost: DerivationCost = FULL_COST) -> JoinView:
        """Join a desk by a joining bundle, without any network.

        Args:
            path: A bundle with an invite and, normally, the directory.
            cost: What one guess of the passphrase shall cost.

        Returns:
            The desk's name, and whether reports can be sealed already.

        Raises:
            ClientError: When the file holds no invite.
            DirectoryError: When its directory is not the invite's desk's.
            AlreadyJoinedError: When the home belongs to a desk.
        """
        invite, bundle = read_joining_file(path)
        self._found(invite, bundle.directory, cost)
        return self._joined()

    def report(self, answers: Answers, attachments: Sequence[Path] = ()) -> KeptReportView:
        """Keep a report: sealed at once, or as an encrypted draft until the directory is known.

        Args:
            answers: What the person said.
            attachments: Files, read piece by piece.

        Returns:
            Its id and state.

        Raises:
            InvalidReportError: When an answer cannot stand in a report.
            AttachmentError: When a file cannot be attached.
            PlaintextTooLargeError: When the text fits no envelope.
        """
        forms = self._forms() if answers.forms else ()
        encode_report(compose(answers, self._clock.now(), forms=forms))
        if len(attachments) > MAX_ATTACHMENTS:
            raise AttachmentError(f"a report takes at most {MAX_ATTACHMENTS} files")
        session = self._open()
        parcel = self._entropy(PARCEL_BYTES)
        try:
            manifests = tuple(self._attach(session, path, parcel) for path in attachments)
            report = compose(answers, self._clock.now(), manifests, forms)
            encode_report(report)
            report_id = session.sealer.keep(report, parcel)
        except StorageError:
            self.close()  # what the disk holds decides; the next use looks
            raise
        except Exception:
            with session.outbox.transaction():
                session.outbox.discard_staged(parcel)
            raise
        stamp_while_queued(session, self._clock)
        state = BlobState.QUEUED if report_id is not None else BlobState.DRAFT
        return KeptReportView(report_id, state)

    def sync(self, *, is_manual: bool = True) -> SyncResult:
        """Hand over what waits, and read what the desk left: directory, board, replies.

        Args:
            is_manual: Somebody asked for it, so relays that should rest are asked all the same.

        Returns:
            What happened. A link that is down is no error: nothing is lost, nothing is sent.
        """
        session = self._open()
        lanes = self._connect()
        try:
            return run_sync(
                session,
                lanes,
                self._clock,
                self._entropy,
                lambda done, left: self._watch("handed over", done, done + left),
                is_manual=is_manual,
            )
        except BaseException:
            self.close()  # what was in flight is put in doubt when the home is opened again
            raise
        finally:
            lanes.close()

    def status(self) -> tuple[ReportStatus, ...]:
        """Tell how every report stands: sealed ones in the order of writing, then drafts."""
        return tell_status(self._open())

    def replies(self) -> tuple[ReplyView, ...]:
        """List the desk's replies, by report and number."""
        return tell_replies(self._open())

    def proof(self) -> Proof:
        """Put together what relays signed for and the desk did not acknowledge in time.

        Returns:
            What `tools/verify_proof.py` reads; see docs/spec/sync.md section 11.
        """
        return prove(self._open())

    def export(self, path: Path) -> ExportView:
        """Write everything the desk has not acknowledged into a bundle file.

        The state of nothing changes: a file is no receipt.

        Args:
            path: Where to; further files get a number when one bundle is too small.
        """
        return carrying.export(self._open(), path)

    def import_(self, path: Path) -> ImportView:
        """Take a bundle: carry others' blobs, believe the desk's directory and board pages.

        Raises:
            BundleError: When the file is no bundle.
        """
        return carrying.take(self._open(), read_bundle_file(path))

    def take_bundle(self, content: bytes) -> ImportView:
        """Take a bundle whose bytes are here already; the same door as `import_`.

        Raises:
            BundleError: When it is no bundle.
            OutboxFullError: When there is no room for what it holds.
        """
        return carrying.take(self._open(), read_bundle(content))

    def waiting(self) -> tuple[int, bytes]:
        """Count the blobs that nobody signed for, and name the whole of them by a hash."""
        return carrying.waiting(self._open())

    def waiting_bundle(self) -> bytes:
        """Give what waits as one bundle file, as much as that takes; no state changes."""
        return carrying.waiting_bundle(self._open())

    # --- inside ----------------------------------------------------------------------------

    def _open(self) -> Session:
        if self._session is None:
            self._session = Session(self._home, self._passphrase, self._clock, self._entropy)
        return self._session

    def _https(self) -> Lanes:
        """Give lanes over connections that an earlier sync left open, on the same network only."""
        contents = self._open().vault.contents
        return self._connections.lanes(network_name(memory_key(contents)))

    def _found(self, bridge: BridgeLine, directory: bytes | None, cost: DerivationCost) -> None:
        """Make the vault; a directory that came along is judged before anything is written."""
        if not self._passphrase:
            raise ClientError("the passphrase is empty")
        if directory is not None and bridge.root_key is not None:
            accept_directory(directory, bridge.root_key)
        make_home(self._home)
        with HomeLock(self._home):
            check_free(self._home)
            Vault.create(
                self._home, self._passphrase, bridge, cost, self._entropy, directory=directory
            )

    def _joined(self) -> JoinView:
        vault = self._open().vault
        return JoinView(vault.desk_name, vault.trusted is not None)

    def _forms(self) -> tuple[Form, ...]:
        """Give the forms in force: the desk's, or those that come with this program."""
        trusted = self._open().vault.trusted
        return in_force(trusted.directory.forms if trusted else ())

    def _attach(self, session: Session, path: Path, parcel: bytes) -> Manifest:
        trusted = session.vault.trusted
        policy = trusted.directory.policy if trusted else None
        return attach(
            path,
            parcel,
            session.outbox,
            most_bytes=policy.max_attachment_bytes if policy else MAX_ATTACHMENT_BYTES,
            entropy=self._entropy,
            progress=lambda done, total: self._watch("sealed", done, total),
        )
