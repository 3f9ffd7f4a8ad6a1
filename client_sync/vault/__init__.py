"""What only the passphrase may open: trust, keys, drafts and replies."""
