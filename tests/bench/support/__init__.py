"""What the benches share: servers to start, load to give, tables to print."""
