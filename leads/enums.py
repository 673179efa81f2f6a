"""The closed vocabularies of `leads`. Values are stored, so they never change; labels are shown and translated."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is here for. Teams say which leads; the role says what may be done with them."""

    REP = "rep", _("Sales rep")
    MANAGER = "manager", _("Manager")
    MARKETER = "marketer", _("Marketer")
    ADMINISTRATOR = "administrator", _("Administrator")
    DATA_PROTECTION = "data_protection", _("Data protection")


class Stage(TextChoices):
    """Where a lead stands between first contact and sale."""

    SUBSCRIBER = "subscriber", _("Subscriber")
    LEAD = "lead", _("Lead")
    MQL = "mql", _("MQL")
    SQL = "sql", _("SQL")
    OPPORTUNITY = "opportunity", _("Opportunity")
    CUSTOMER = "customer", _("Customer")
    NURTURE = "nurture", _("Back to nurture")
    DISQUALIFIED = "disqualified", _("Disqualified")


CLOSED_STAGES = (Stage.CUSTOMER, Stage.DISQUALIFIED)
BEFORE_MQL = (Stage.SUBSCRIBER, Stage.LEAD, Stage.NURTURE)


class Outcome(TextChoices):
    """How a closed lead ended."""

    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class Cause(TextChoices):
    """What moved a lead to another stage."""

    INTAKE = "intake", _("New interaction")
    IMPORT = "import", _("Import")
    PERSON = "person", _("A person")
    THRESHOLD = "threshold", _("Score threshold")
    SQL_RULE = "sql_rule", _("SQL rule of the scorecard")
    UNDO = "undo", _("Undo")
    API = "api", _("API")


class RejectReason(TextChoices):
    """Why a rep sends an MQL back. A fixed list, so that it can be counted."""

    NO_NEED = "no_need", _("No need")
    NO_BUDGET = "no_budget", _("No budget")
    NO_AUTHORITY = "no_authority", _("Not the decision-maker")
    BAD_TIMING = "bad_timing", _("Not the right time")
    UNREACHABLE = "unreachable", _("Could not be reached")
    COMPETITOR = "competitor", _("Competitor, student or applicant")
    DUPLICATE = "duplicate", _("Already a customer or a duplicate")
    OTHER = "other", _("Other reason")


class InteractionKind(TextChoices):
    """What a contact did or had done."""

    PAGE_VIEW = "page_view", _("Page view")
    EMAIL_OPEN = "email_open", _("E-mail opened")
    EMAIL_CLICK = "email_click", _("E-mail link clicked")
    EMAIL_REPLY = "email_reply", _("E-mail reply")
    DOWNLOAD = "download", _("Download")
    FORM = "form", _("Form sent")
    VIDEO = "video", _("Video watched")
    WEBINAR = "webinar", _("Webinar")
    NEWSLETTER = "newsletter", _("Newsletter sign-up")
    PREFERENCE = "preference", _("Preference chosen")
    SOCIAL = "social", _("Social media")
    CHAT = "chat", _("Chat")
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    UNSUBSCRIBE = "unsubscribe", _("Unsubscribed")
    BOUNCE = "bounce", _("E-mail bounced")
    CUSTOM = "custom", _("Other interaction")


# These say nothing about wanting to be called: they create the contact, but no lead.
NOT_OPENING_A_LEAD = (
    InteractionKind.PAGE_VIEW,
    InteractionKind.EMAIL_OPEN,
    InteractionKind.EMAIL_CLICK,
    InteractionKind.UNSUBSCRIBE,
    InteractionKind.BOUNCE,
)
# What sales did; the first of these on a lead is its first touch.
SALES_TOUCHES = (InteractionKind.CALL, InteractionKind.MEETING)


class Verdict(TextChoices):
    """Our reading of an interaction. Only `human` ones count."""

    HUMAN = "human", _("Human")
    MACHINE = "machine", _("Machine")
    RETRACTED = "retracted", _("Taken back")


class SourceKind(TextChoices):
    """How contacts come in."""

    WEBSITE = "website", _("Website")
    WEB_FORM = "web_form", _("Web form")
    WHITEPAPER = "whitepaper", _("Whitepaper")
    SWEEPSTAKES = "sweepstakes", _("Sweepstakes")
    SPECIAL_OFFER = "special_offer", _("Special offer")
    LEAD_AD = "lead_ad", _("Social lead ad")
    EMAIL = "email", _("E-mail")
    EVENT = "event", _("Trade fair or event")
    IMPORT = "import", _("Import")
    API = "api", _("API")
    MANUAL = "manual", _("Entered by hand")
    OTHER = "other", _("Other")


class Entity(TextChoices):
    """What a custom field belongs to."""

    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


class FieldType(TextChoices):
    """How a custom field's values are stored and compared."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")


class KnownAt(TextChoices):
    """When a field's value is known; what sales fills in later must not predict the outcome."""

    INTAKE = "intake", _("Known at intake")
    SALES = "sales", _("Filled in by sales")
    UNKNOWN = "unknown", _("Unknown")


class Purpose(TextChoices):
    """What a person may have agreed to; each separately."""

    EMAIL = "email", _("E-mail marketing")
    TRACKING = "tracking", _("Web tracking")
    EMAIL_TRACKING = "email_tracking", _("Open and click tracking")
    PHONE = "phone", _("Phone")


class ConsentState(TextChoices):
    """The states of one consent; only `confirmed` permits anything."""

    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class SuppressionReason(TextChoices):
    """Why an address must not be mailed."""

    OPT_OUT = "opt_out", _("Opted out")
    OBJECTION = "objection", _("Objected")
    HARD_BOUNCE = "hard_bounce", _("Hard bounce")
    COMPLAINT = "complaint", _("Complaint")
    ERASED = "erased", _("Erased")


class FollowUpKind(TextChoices):
    """What a rep means to do next."""

    CALL = "call", _("Call")
    MAIL = "mail", _("Mail")
    MEETING = "meeting", _("Meeting")
    OFFER = "offer", _("Offer")
    OTHER = "other", _("Other")


class NotificationKind(TextChoices):
    """What a person is told about."""

    MQL_ASSIGNED = "mql_assigned", _("New MQL for you")
    LEAD_ASSIGNED = "lead_assigned", _("New lead for you")
    RESCORED = "rescored", _("Rescoring finished")
    IMPORTED = "imported", _("Import finished")


class ActionVerb(TextChoices):
    """A rep's one-click actions; each can be undone."""

    ACCEPT = "accept", _("Accepted")
    REJECT = "reject", _("Rejected")
    SNOOZE = "snooze", _("Snoozed")
    LOG_CALL = "log_call", _("Call logged")
    FOLLOW_UP = "follow_up", _("Follow-up set")
    ASSIGN = "assign", _("Assigned")
    ADVANCE = "advance", _("Moved to another stage")
    CLOSE = "close", _("Closed")
    DEAL = "deal", _("Deal opened")
    WIN = "win", _("Deal won")
    LOSE = "lose", _("Deal lost")
    TAG = "tag", _("Tagged")
    TEAM = "team", _("Put into a team")


class CallResult(IntegerChoices):
    """How a logged call went."""

    REACHED = 1, _("Reached")
    NO_ANSWER = 2, _("No answer")
    CALL_BACK = 3, _("Call back")


class DealStatus(TextChoices):
    """How far a deal has come."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class ImportKind(TextChoices):
    """What the rows of an imported file are."""

    LEADS = "leads", _("Leads and contacts")
    COMPANIES = "companies", _("Companies")
    DEALS = "deals", _("Deals")
    INTERACTIONS = "interactions", _("Interactions")
    FOLLOW_UPS = "follow_ups", _("Follow-ups")
    CAMPAIGNS = "campaigns", _("Campaigns and their costs")


class ImportState(TextChoices):
    """Where an import stands."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class EntryVerb(TextChoices):
    """What an import did to a record."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
