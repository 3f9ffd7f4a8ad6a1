"""The rooms of the desk, in the order of the street: their pages and the steps of their tables.

A room is added here by one line in each list and nowhere else.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint

from server.desk.accounts.migrations import STEPS as ACCOUNTS_STEPS
from server.desk.accounts.routes import blueprint as accounts
from server.desk.appearance import blueprint as appearance
from server.desk.audit.migrations import STEPS as AUDIT_STEPS
from server.desk.evidence.migrations import STEPS as EVIDENCE_STEPS
from server.desk.evidence.routes import blueprint as evidence
from server.desk.forms.migrations import STEPS as FORMS_STEPS
from server.desk.forms.routes import blueprint as forms
from server.desk.intake.migrations import STEPS as INTAKE_STEPS
from server.desk.intake.routes import blueprint as intake
from server.desk.keys.migrations import STEPS as KEYS_STEPS
from server.desk.keys.routes import blueprint as keys
from server.desk.publishing.migrations import STEPS as PUBLISHING_STEPS
from server.desk.publishing.routes import blueprint as publishing
from server.desk.retention.migrations import STEPS as RETENTION_STEPS
from server.desk.retention.routes import blueprint as retention
from server.desk.signals.migrations import STEPS as SIGNALS_STEPS
from server.desk.signals.routes import blueprint as signals
from server.desk.suggestions.migrations import STEPS as SUGGESTIONS_STEPS
from server.desk.suggestions.routes import blueprint as suggestions
from server.desk.triage.migrations import STEPS as TRIAGE_STEPS
from server.desk.triage.routes import blueprint as triage
from server.desk.triage.routes.leaving import blueprint as leaving
from server.plumbing.migrations import Step

BLUEPRINTS: Final[Sequence[Blueprint]] = (
    appearance,
    accounts,
    keys,
    forms,
    intake,
    evidence,
    triage,
    leaving,
    suggestions,
    retention,
    signals,
    publishing,
)
"""Every blueprint of the desk."""

STEPS: Final[Mapping[str, Sequence[Step]]] = {
    "audit": AUDIT_STEPS,
    "accounts": ACCOUNTS_STEPS,
    "keys": KEYS_STEPS,
    "forms": FORMS_STEPS,
    "intake": INTAKE_STEPS,
    "evidence": EVIDENCE_STEPS,
    "triage": TRIAGE_STEPS,
    "suggestions": SUGGESTIONS_STEPS,
    "retention": RETENTION_STEPS,
    "signals": SIGNALS_STEPS,
    "publishing": PUBLISHING_STEPS,
}
"""Room name to the steps of its tables."""
