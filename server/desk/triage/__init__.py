"""People read, grade and code reports: workflow, verification, codings, notes, duplicates."""
