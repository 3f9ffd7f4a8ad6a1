"""Where sealed blobs come in: pulled from relays or carried by hand, opened, or put aside."""
