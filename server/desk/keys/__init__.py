"""The desk's keys: what opens its database, and what opens what is sent to it."""
