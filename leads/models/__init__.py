"""What is stored. Verbs that write it live in the domain modules of `leads`."""

from leads.models.accounts import ApiKey, IdempotencyKey, Membership, Team, User
from leads.models.changes import FieldChange
from leads.models.deals import Deal
from leads.models.events import ConsentEvent, Interaction, Signal, Suppression
from leads.models.imports import ContactAlias, ImportedRow, ImportEntry, ImportRun, SavedMapping
from leads.models.origins import Campaign, Product, Source
from leads.models.people import Company, Contact, CustomField, DuplicatePair, Visitor
from leads.models.pipeline import Action, FollowUp, Lead, Note, Notification, StageChange, Tag

__all__ = [
    "Action",
    "ApiKey",
    "Campaign",
    "Company",
    "ConsentEvent",
    "Contact",
    "ContactAlias",
    "CustomField",
    "Deal",
    "DuplicatePair",
    "FieldChange",
    "FollowUp",
    "IdempotencyKey",
    "ImportEntry",
    "ImportRun",
    "ImportedRow",
    "Interaction",
    "Lead",
    "Membership",
    "Note",
    "Notification",
    "Product",
    "SavedMapping",
    "Signal",
    "Source",
    "StageChange",
    "Suppression",
    "Tag",
    "Team",
    "User",
    "Visitor",
]
