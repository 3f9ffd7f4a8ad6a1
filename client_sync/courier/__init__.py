"""A laptop between a memory stick and the network: takes, carries, hands over, gives back."""
