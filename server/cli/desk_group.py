"""`desk ...`: the commands of a desk."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING

from server.cli import (
    desk_assess,
    desk_audit,
    desk_backup,
    desk_canary,
    desk_code,
    desk_evidence,
    desk_export,
    desk_forms,
    desk_import,
    desk_invite,
    desk_pull,
    desk_recovery,
    desk_relays,
    desk_release,
    desk_reply,
    desk_reports,
    desk_restore,
    desk_retention,
    desk_serve,
    desk_sms,
    desk_status,
    desk_users,
)

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_COMMANDS = {
    "pull": (desk_pull.configure, "fetch from the relays, open, answer"),
    "reports": (desk_reports.configure, "list opened reports"),
    "code": (desk_code.configure, "code a report to an indicator"),
    "reply": (desk_reply.configure, "answer the reporter of a report"),
    "signals": (desk_assess.configure_signals, "list what stands out"),
    "assess": (desk_assess.configure_assess, "keep a signal and assess it"),
    "sign": (desk_assess.configure_sign, "sign somebody else's assessment"),
    "publish": (desk_assess.configure_publish, "publish a signed assessment as an alert"),
    "export": (desk_export.configure, "write what was published into a file"),
    "evidence": (desk_evidence.configure, "write a report's files and custody into a folder"),
    "import": (desk_import.configure, "take in a bundle file carried by hand"),
    "invite": (desk_invite.configure, "show how a phone joins this desk"),
    "canary": (desk_canary.configure, "tell whether reports still arrive by each way"),
    "relays": (desk_relays.configure, "list, add and retire relays and their channels"),
    "release": (desk_release.configure, "stand for a release of the phone app, or for none"),
    "sms": (desk_sms.configure, "take text messages at a number, or none"),
    "forms": (desk_forms.configure, "list, check and publish the questions phones ask"),
    "users": (desk_users.configure, "list, invite and disable people"),
    "recovery": (desk_recovery.configure, "make, rehearse and use recovery sheets"),
    "audit": (desk_audit.configure, "check or export the audit log"),
    "backup": (desk_backup.configure, "write everything of the desk into one file"),
    "restore": (desk_restore.configure, "bring a desk back from a backup"),
    "retention": (desk_retention.configure, "tell what will be deleted when, or do what is due"),
    "status": (desk_status.configure, "tell how the desk is doing"),
    "serve": (desk_serve.configure, "run the desk"),
}


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add `desk` and its commands.

    Args:
        subparsers: Of the main command.
    """
    group = subparsers.add_parser("desk", help="open, judge and answer reports")
    commands = group.add_subparsers(metavar="COMMAND", required=True)
    for name, (configure, line) in _COMMANDS.items():
        configure(commands.add_parser(name, help=line, description=line))
