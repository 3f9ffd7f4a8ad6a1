"""What is shown, and how: one folder for each kind of showing."""
