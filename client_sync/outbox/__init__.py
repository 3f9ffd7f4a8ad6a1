"""What is sealed and still owed to the desk, on disk, with its state."""
