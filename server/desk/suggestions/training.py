"""Learning in the background, beside the console that goes on.

Theory of operation: one thread opens coded reports a few at a time and writes them into the pipe of
a process that learns (`fitting_process`); it then waits for that process, so that the desk's own
interpreter is free. The model of before serves until the new one is kept, in one transaction with
its line in the audit log. Stopping ends the process at once and keeps nothing. A desk that is
locked meanwhile keeps nothing either: there is no key to seal with.
"""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import IO, Final

from flask import Flask, current_app

from server.desk.context import now
from server.desk.db import desk_session, start_writing
from server.desk.keys.hand import Hand
from server.desk.keys.keyring import keyring
from server.desk.suggestions import exchange_with_fitting as exchange
from server.desk.suggestions import store
from server.desk.suggestions.rules import Guide
from server.desk.suggestions.training_states import RUNNING, Phase, after
from server.desk.triage.taxonomy import Taxonomy
from server.plumbing import logs
from server.plumbing.config import REPOSITORY
from server.plumbing.environment import without_ours

TRAINING_KEY: Final = "tocsin.training"
COMMAND: Final = (sys.executable, "-m", "server.desk.suggestions.fitting_process")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is.

    Attributes:
        done: Of `of`: reports while they are read, steps while it learns.
        model: The number of the model that came of it, 0 for none yet.
    """

    phase: Phase = Phase.IDLE
    done: int = 0
    of: int = 0
    model: int = 0

    @property
    def running(self) -> bool:
        """Tell whether it goes on."""
        return self.phase in RUNNING


class StoppedError(Exception):
    """Somebody stopped the training."""


class Training:
    """The training of one desk's process; one at a time."""

    def __init__(self) -> None:
        """Do nothing yet."""
        self._lock = Lock()
        self._progress = Progress()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False
        self._thread: Thread | None = None

    @property
    def progress(self) -> Progress:
        """Tell how far it is."""
        return self._progress

    def start(self, app: Flask, actor: str, taxonomy: Taxonomy, guide: Guide) -> bool:
        """Begin in the background.

        Args:
            app: The desk.
            actor: Who asked, as the audit log names people.
            taxonomy: Which indicators there are.
            guide: What the rules go by.

        Returns:
            Whether it began; it does not while another one goes on.
        """
        with self._lock:
            if self._progress.running:
                return False
            self._progress = Progress(after(self._progress.phase, Phase.READING))
            self._stopping = False
        self._thread = Thread(
            target=self._run, args=(app, actor, taxonomy, guide), name="training", daemon=True
        )
        self._thread.start()
        return True

    def stop(self) -> bool:
        """End it at once; tell whether there was one."""
        with self._lock:
            if not self._progress.running:
                return False
            self._stopping = True
            if self._child is not None:
                self._child.kill()
            return True

    def wait(self) -> Progress:
        """Wait for the end, for commands and tests."""
        if self._thread is not None:
            self._thread.join()
        return self._progress

    def _go(self, phase: Phase, **changes: int) -> None:
        with self._lock:
            before = self._progress
            reached = before.phase if phase is before.phase else after(before.phase, phase)
            self._progress = replace(before, phase=reached, **changes)

    def _run(self, app: Flask, actor: str, taxonomy: Taxonomy, guide: Guide) -> None:
        try:
            with app.app_context():
                answer = self._learn(taxonomy, guide)
                if isinstance(answer, exchange.Learned):
                    self._keep(actor, answer)
                else:
                    ended = answer == exchange.TOO_FEW
                    self._go(Phase.TOO_FEW if ended else Phase.FAILED)
        except StoppedError:
            self._go(Phase.STOPPED)
        except Exception as error:  # noqa: BLE001 - the page says that it failed
            logs.failure("desk.training", error)
            self._go(Phase.STOPPED if self._stopping else Phase.FAILED)

    def _learn(self, taxonomy: Taxonomy, guide: Guide) -> exchange.Learned | str:
        with subprocess.Popen(  # noqa: S603 - a constant command of our own
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # An error's text could quote a report.
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
            env=without_ours(os.environ),
        ) as child:
            with self._lock:
                self._child = child
            try:
                if child.stdin is None or child.stdout is None:
                    raise TypeError("a pipe was asked for")
                self._send(child.stdin, taxonomy, guide)
                return self._await(child.stdout)
            finally:
                child.kill()
                with self._lock:
                    self._child = None

    def _send(self, pipe: IO[bytes], taxonomy: Taxonomy, guide: Guide) -> None:
        session, ring = desk_session(), keyring()
        self._go(Phase.READING, of=store.coded_reports_count(session))
        pipe.write(exchange.guide_line(guide))
        reports = store.coded_reports(session, ring, taxonomy.framework.indicator, self._read)
        for report in reports:
            pipe.write(exchange.report_line(report))
        pipe.close()
        # Nothing is read while it learns: no transaction stays open for a minute.
        session.rollback()

    def _read(self, done: int) -> None:
        self._go(Phase.READING, done=done)
        if self._stopping:
            raise StoppedError

    def _await(self, pipe: IO[bytes]) -> exchange.Learned | str:
        self._go(Phase.LEARNING, done=0, of=0)
        for answer in exchange.read_answers(pipe):
            if self._stopping:
                raise StoppedError
            if not isinstance(answer, exchange.Step):
                return answer
            self._go(Phase.LEARNING, done=answer.done, of=answer.of)
        return exchange.FAILED

    def _keep(self, actor: str, learned: exchange.Learned) -> None:
        session = desk_session()
        start_writing(session)
        hand = Hand(session, keyring(), actor, now())
        number = store.keep_model(hand, learned.model, learned.accuracy)
        session.commit()
        self._go(Phase.DONE, model=number)


def training_of_desk() -> Training:
    """Give the training of the running desk."""
    found = current_app.extensions.setdefault(TRAINING_KEY, Training())
    if not isinstance(found, Training):
        raise TypeError("the app was not made by create_desk_app")
    return found
