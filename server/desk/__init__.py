"""The desk: where sealed reports are opened, judged by people, and turned into warnings."""
