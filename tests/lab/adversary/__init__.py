"""What adversary scenarios stand on: a phone and a desk that take orders, and who is in between."""
