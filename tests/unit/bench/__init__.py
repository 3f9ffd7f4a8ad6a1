"""What the benches say of their figures."""
