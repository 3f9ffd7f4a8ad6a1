"""What was done at the desk, by whom and when, in a chain that shows any change."""
