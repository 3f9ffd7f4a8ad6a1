"""The courier relay: what waits here goes on to an upstream, what the desk says comes back."""
