"""The secretariat's admin: one module per subject."""

from experts import admin_networks

__all__ = ["admin_networks"]
