"""What is stored. Verbs that write it live in the domain modules of `leads`."""

from leads.models.accounts import ApiKey, Membership, Team, User
from leads.models.events import ConsentEvent, ImportedRow, ImportRun, Interaction, Signal, Suppression
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
    "CustomField",
    "DuplicatePair",
    "FollowUp",
    "ImportRun",
    "ImportedRow",
    "Interaction",
    "Lead",
    "Membership",
    "Note",
    "Notification",
    "Product",
    "Signal",
    "Source",
    "StageChange",
    "Suppression",
    "Tag",
    "Team",
    "User",
    "Visitor",
]
