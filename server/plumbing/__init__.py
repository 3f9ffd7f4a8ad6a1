"""What relay and desk both stand on; it knows neither of them."""
