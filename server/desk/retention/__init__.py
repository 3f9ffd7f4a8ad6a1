"""How long reports are kept, what holds them, and deleting what nobody needs any more."""
