"""Files as evidence: what is known of them, what is made of them, and what they cannot do."""
