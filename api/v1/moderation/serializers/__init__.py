"""Moderation: what is sent and answered."""
