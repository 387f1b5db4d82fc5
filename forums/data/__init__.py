"""Demo spaces and discussions, and the generator of more of them. Nothing here knows Django."""
