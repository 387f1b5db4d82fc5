"""Demo and seed data (see README.md), and the generator of more of it. Nothing here knows Django."""
