"""The demonstration: an invented country, its people's reports, and what draws and checks them."""
