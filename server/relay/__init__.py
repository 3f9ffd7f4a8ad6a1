"""The relay: takes sealed blobs in, holds them, hands them to the desk; can open nothing."""
