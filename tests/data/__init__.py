"""Data that tests judge by, and the tests of the data files."""
