"""What the matrix is tried on: the same set of objects in team North and in team South, and one that does not exist."""

import uuid
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from leads import apikeys, tags
from leads.enums import ActionVerb, Cause, Stage
from leads.models import (
    Action,
    ApiKey,
    Company,
    ConsentEvent,
    Contact,
    CustomField,
    DuplicatePair,
    FieldChange,
    ImportRun,
    Membership,
    Signal,
    StageChange,
    Suppression,
    Team,
)
from scoring import boardviews
from scoring.models import Score, Scorecard
from tests.factories import (
    MONDAY,
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowUpFactory,
    InteractionFactory,
    LeadFactory,
    NoteFactory,
    ProductFactory,
    SignalFactory,
    SourceFactory,
    TeamFactory,
    people,
)

NOWHERE = 987_654_321


class World:
    """People, keys, and the arguments of addresses."""

    def __init__(self):
        self.people = people()
        Membership.objects.filter(user=self.people["mona"], team__name="South").delete()
        self.north, self.south = Team.objects.get(name="North"), Team.objects.get(name="South")
        self.users = {
            "rep": self.people["rita"],
            "stranger": self.people["sven"],
            "manager": self.people["mona"],
            "marketer": self.people["maja"],
            "admin": self.people["anton"],
            "privacy": self.people["dora"],
        }
        self.source = SourceFactory()
        self.product = ProductFactory(slug="matrix")
        self.key = self.make_key(*apikeys.Scope.values)
        self.own = self._things(self.north, self.people["rita"])
        self.foreign = self._things(self.south, self.people["sven"])
        self.missing = dict.fromkeys(self.own, NOWHERE) | {"action_id": uuid.UUID(int=1), "batch": uuid.UUID(int=1)}
        self.admin_objects = self._admin_objects()

    def make_key(self, *scopes):
        """A key of team North."""
        return apikeys.create(name="Program", scopes=scopes, source=self.source, team=self.north, now=timezone.now())[1]

    def _things(self, team, user):
        company = CompanyFactory()
        lead = LeadFactory(contact=ContactFactory(company=company), team=team, stage=Stage.MQL)
        tag = tags.add(lead, name=f"Tag of {team}", by=user, now=MONDAY)
        action = Action.objects.create(
            lead=lead, verb=ActionVerb.SNOOZE, by=user, at=timezone.now(), batch=uuid.uuid4()
        )
        return {
            "lead_id": lead.pk,
            "contact_id": lead.contact_id,
            "company_id": company.pk,
            "note_id": NoteFactory(lead=lead, by=user).pk,
            "follow_up_id": FollowUpFactory(lead=lead, due_at=timezone.now() + timedelta(days=1)).pk,
            "action_id": action.pk,
            "batch": action.batch,
            "deal_id": DealFactory(lead=lead).pk,
            "tag": tag.pk,
            "view_id": boardviews.save(name="Hot", query="band=A", by=user, now=MONDAY, team=team).pk,
            "run_id": ImportRun.objects.create(name="leads.csv", state="draft", started_at=MONDAY).pk,
        }

    def _admin_objects(self):
        """Model, as the admin names it → the id of one that may be changed and deleted."""
        lead_id = self.own["lead_id"]
        contact = ContactFactory()
        day = MONDAY.date()
        score = Score.objects.create(
            lead_id=lead_id, score=50, rule_score=50, fit=50, engagement=0, band="B", revision=1,
            version=Scorecard.objects.live().get().version, engine=1, as_of=day, valid_until=day, scored_at=MONDAY,
        )  # fmt: skip
        made = {
            "user": self.people["ralf"],
            "contact": contact,
            "company": CompanyFactory(),
            "team": TeamFactory(name="East"),
            "apikey": ApiKey.objects.first(),
            "source": SourceFactory(name="Unused"),
            "product": ProductFactory(),
            "campaign": CampaignFactory(),
            "signal": SignalFactory(key="unused"),
            "customfield": CustomField.objects.create(entity="contact", key="shoe", label="Shoe size", type="number"),
            "duplicatepair": DuplicatePair.objects.create(kept=contact, other=ContactFactory(), created_at=MONDAY),
            "interaction": InteractionFactory(contact=contact, signal=Signal.objects.first()),
            "stagechange": StageChange.objects.create(
                lead_id=lead_id, to_stage=Stage.LEAD, at=MONDAY, cause=Cause.INTAKE
            ),
            "deal": self.own["deal_id"],
            "fieldchange": FieldChange.objects.create(contact=contact, field="contact.city", new="Kiel", at=MONDAY),
            "consentevent": ConsentEvent.objects.create(contact=contact, purpose="email", state="confirmed", at=MONDAY),
            "suppression": Suppression.objects.create(digest="0" * 64, reason="opt_out", created_at=MONDAY),
            "importrun": ImportRun.objects.create(name="leads.csv", started_at=MONDAY),
            "score": score,
            "scorecard": Scorecard.objects.live().get(),
        }
        return {name: getattr(found, "pk", found) for name, found in made.items()}

    def arguments(self, address, route, things):
        """The arguments of an address for one set of objects, by the names in its route."""
        special = {
            "icons": {"digest": "x"},
            "password_reset_confirm": {"uidb64": "MQ", "token": "x-y"},
            "admin:app_list": {"app_label": "leads"},
            "api:product": {"key": self.product.slug},
            "admin:view_on_site": {
                "content_type_id": ContentType.objects.get_for_model(Team).pk,
                "object_id": self.north.pk,
            },
            "admin:auth_user_password_change": {"id": self.admin_objects["user"]},
        }
        if address in special:
            return special[address]
        if "object_id" in route:
            model = route.split("/")[2]
            return {"object_id": self.admin_objects.get(model, 1)}
        return {name: value for name, value in things.items() if f":{name}>" in route}

    def data(self, address, things):
        """What is sent along, so that the request is a sensible one."""
        soon = (timezone.now() + timedelta(days=2)).date().isoformat()
        event = {
            "event_id": "matrix",
            "kind": "form",
            "occurred_at": timezone.now().isoformat(),
            "email": "matrix@firma.example",
        }
        return {
            "set_language": {"language": "de", "next": "/login/"},
            "board-bulk": {"verb": "tag", "name": "Fair", "confirmed": "1", "lead": things["lead_id"]},
            "board-view-save": {"name": "Cold", "query": "band=D"},
            "board-view-change": {"name": "Hotter"},
            "search": {"q": "erika"},
            "lead-reject": {"reason": "no_need"},
            "lead-snooze": {"days": "3"},
            "lead-log-call": {"result": "1"},
            "lead-follow-up": {"kind": "call", "due": soon},
            "lead-close": {"outcome": "lost", "reason": "no_need"},
            "deal-new": {"name": "Two lines"},
            "deal-edit": {"name": "Two lines"},
            "deal-lose": {"reason": "no_need"},
            "lead-note": {"text": "Called"},
            "lead-tag": {"name": "Fair"},
            "lead-untag": {"tag": things["tag"]},
            "followup-move": {"due": soon},
            "api:events": event,
            "api:events-batch": {"events": [event]},
            **self._api_bodies(things),
            "admin:autocomplete": {"app_label": "leads", "model_name": "source", "field_name": "team", "term": ""},
        }.get(address, {})

    def _api_bodies(self, things):
        soon = (timezone.now() + timedelta(days=2)).isoformat()
        email = Contact.objects.filter(pk=things["contact_id"]).values_list("email", flat=True).first()
        domain = Company.objects.filter(pk=things["company_id"]).values_list("domain", flat=True).first()
        bodies = {
            "contacts": {"email": email or "nobody@nowhere.example"},
            "companies": {"domain": domain or "nowhere.example"},
            "follow-ups": {"lead": things["lead_id"], "kind": "call", "due_at": soon},
            "notes": {"lead": things["lead_id"], "text": "Called"},
            "deals": {"lead": things["lead_id"], "name": "Two lines"},
            "leads": {"contact": {"email": "somebody-new@firma.example"}},
        }
        return {
            **{f"api:{name}": body for name, body in bodies.items()},
            **{f"api:{name}-bulk": {"items": [body]} for name, body in bodies.items()},
            "api:leads-stage": {"leads": [things["lead_id"]], "to": "sql"},
            "api:lead-stage": {"to": "sql"},
            "api:deal-lose": {"reason": "no_need"},
            "api:product": {"name": "Renamed"},
        }
