"""The server command line: one small file for each command."""
