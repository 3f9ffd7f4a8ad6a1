"""One folder for each package: what its modules promise."""
