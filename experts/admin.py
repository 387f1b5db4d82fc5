"""The secretariat's admin: one module per subject."""

from experts import admin_accounts, admin_contact, admin_imports, admin_networks, admin_trust

__all__ = ["admin_accounts", "admin_contact", "admin_imports", "admin_networks", "admin_trust"]
