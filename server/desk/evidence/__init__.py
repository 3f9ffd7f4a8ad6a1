"""Originals and attachments: kept as they came, given out under the reader's name."""
