"""What a relay promises to phones, desks and whoever seizes it."""
