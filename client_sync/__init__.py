"""The sender's side: seal what a witness says, keep it safe, and carry it to a desk.

The public API is `Client`; everything else is a room behind it.

Example:
    Join a desk, write a report with no network, hand it over when there is one::

        from client_sync import Client

        with Client(home="/home/amina/tocsin", passphrase="...") as client:
            client.join(invite)
            report_id = client.report(category="attack", text="Three trucks came.").report_id
            print(client.sync().acknowledged)
"""
