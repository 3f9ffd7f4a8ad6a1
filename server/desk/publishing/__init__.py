"""What two people signed leaves the desk: as CAP, Atom, HXL, GeoJSON and a page to print."""
