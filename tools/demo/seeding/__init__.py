"""Fill a desk with the demonstration over the real path: sealed, relayed, opened, worked on."""
