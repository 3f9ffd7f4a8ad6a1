"""The desk's base rooms: audit, accounts, keys, intake, evidence."""
