"""Endpoints of spaces, their people, discussions and posts."""
