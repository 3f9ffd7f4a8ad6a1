"""Nothing acknowledged is lost, nothing is stored twice, nothing is stuck."""
