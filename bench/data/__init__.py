"""Generated communities of a chosen size, on top of the demo data, the same for the same seed."""
