"""The security baseline: what docs/security.md refers to."""
