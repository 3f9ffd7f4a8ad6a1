"""What both programs of the server stand on."""
