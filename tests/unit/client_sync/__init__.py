"""The sender: states, engine, vault, outbox, sync, command line."""
