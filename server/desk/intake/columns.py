"""The sealed columns of the intake."""

from typing import Final

from server.desk.keys.sealed_columns import SealedColumn

REPORT: Final = SealedColumn("report", "sealed_report")
"""The report's canonical JSON, as it was sent; the row is the report id."""

KEYS: Final = SealedColumn("report", "sealed_keys", of_the_desk=True)
"""What answers the sender: acknowledgement, mailbox and reply keys, and the author's key."""

STOP: Final = SealedColumn("contact_stop", "sealed_stop")
"""JSON of `{about, author, follow_up}`; the row is the stop's own id."""

STOP_REASON: Final = SealedColumn("contact_stop", "sealed_reason")
"""Why a stop was lifted; the row is the stop's own id."""

REPLY: Final = SealedColumn("reply", "sealed_text")
"""JSON of `{lang, text}`; the row is the reply's own id."""
