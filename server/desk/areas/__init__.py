"""Where things are: administrative areas, their outlines and names, without any network."""
