"""How long reports are kept, and how they go."""
