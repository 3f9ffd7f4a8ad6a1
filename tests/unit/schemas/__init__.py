"""The contract: sealing, opening, signatures, limits."""
