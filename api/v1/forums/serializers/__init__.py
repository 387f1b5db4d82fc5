"""Shapes of spaces, their people, discussions and posts."""
