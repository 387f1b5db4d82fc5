"""How a community moves here from elsewhere, and away again: archives (docs/community-archive.md)."""
