"""Arguments in, text out; one small file a command."""
