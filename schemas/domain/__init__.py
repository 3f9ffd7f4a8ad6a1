"""The things Tocsin speaks of, as frozen dataclasses: no input or output, no wire form."""
