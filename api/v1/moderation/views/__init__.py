"""Moderation: endpoints."""
