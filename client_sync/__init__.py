"""The sender's side: seal what a witness says, keep it safe, and carry it to a desk.

The public API is `Client`; everything else is a room behind it.

Example:
    Join a desk, write a report with no network, hand it over when there is one::

        from client_sync import Answers, Client

        with Client(home="/home/amina/tocsin", passphrase="...") as client:
            client.join(invite)
            client.report(Answers(category="attack", text="Three trucks came at night."))
            print(client.sync().receipts)
"""

from client_sync.client import Client
from client_sync.composing import Answers
from client_sync.errors import ClientError

__all__ = ["Answers", "Client", "ClientError"]
