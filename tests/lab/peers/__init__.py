"""What others do: clients and servers of the protocols that Tocsin is measured beside.

`docs/peers.md` says what each does, where that is written, and where we chose in its favour.
"""
