"""The secretariat's admin: one module per subject."""

from experts import admin_imports, admin_networks

__all__ = ["admin_imports", "admin_networks"]
