"""Pages of the admin about people, origins and records. Importing this registers them."""

from leads.admin import accounts, contacts, deals, origins, pairs, records

__all__ = ["accounts", "contacts", "deals", "origins", "pairs", "records"]
