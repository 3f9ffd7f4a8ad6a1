"""The laboratory's own rules: link model, censor, memory world."""
