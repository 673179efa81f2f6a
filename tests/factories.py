"""Objects for tests. The people are those of the conventions: rita and ralf (North), sven (South), maja, mona, anton, dora."""

from datetime import UTC, datetime, timedelta

import factory
from django.contrib.auth.hashers import make_password

from leads.enums import InteractionKind, Role, SourceKind, Stage
from leads.models import (
    Campaign,
    Company,
    Contact,
    Deal,
    FollowUp,
    Interaction,
    Lead,
    Membership,
    Note,
    Product,
    Signal,
    Source,
    Team,
    User,
)
from scoring.models import Score

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = factory.LazyAttribute(lambda user: user.username.capitalize())
    email = factory.LazyAttribute(lambda user: f"{user.username}@vorsprung.example")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    role = Role.REP


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team
        django_get_or_create = ("name",)

    name = "North"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership
        django_get_or_create = ("team", "user")

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("name",)

    name = "Website"
    kind = SourceKind.WEBSITE


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda product: product.slug.capitalize())
    slug = factory.Sequence(lambda n: f"product{n}")


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda campaign: campaign.slug.capitalize())
    slug = factory.Sequence(lambda n: f"campaign{n}")


class CompanyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Firma {n} GmbH")
    domain = factory.Sequence(lambda n: f"firma{n}.example")
    created_at = MONDAY


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    first_name = "Erika"
    last_name = factory.Sequence(lambda n: f"Muster{n}")
    email = factory.Sequence(lambda n: f"erika{n}@firma.example")
    email_domain = "firma.example"
    created_at = MONDAY
    updated_at = MONDAY


class LeadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lead

    contact = factory.SubFactory(ContactFactory)
    team = factory.SubFactory(TeamFactory)
    stage = Stage.LEAD
    stage_since = MONDAY
    created_at = MONDAY


class SignalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Signal
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"signal{n}")
    name = factory.LazyAttribute(lambda signal: signal.key.capitalize())
    kind = InteractionKind.CUSTOM


class InteractionFactory(factory.django.DjangoModelFactory):
    """A stored interaction as intake would have left it; it does not raise the contact's revision."""

    class Meta:
        model = Interaction

    event_id = factory.Sequence(lambda n: f"event-{n}")
    contact = factory.SubFactory(ContactFactory)
    kind = InteractionKind.CUSTOM
    occurred_at = MONDAY
    day = factory.LazyAttribute(lambda interaction: interaction.occurred_at.date())
    received_at = factory.LazyAttribute(lambda interaction: interaction.occurred_at)


class DealFactory(factory.django.DjangoModelFactory):
    """A deal as it is stored; its lead stays in its stage."""

    class Meta:
        model = Deal

    lead = factory.SubFactory(LeadFactory)
    name = "Two lines"
    created_at = MONDAY
    updated_at = MONDAY


class FollowUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FollowUp

    lead = factory.SubFactory(LeadFactory)
    due_at = MONDAY
    created_at = MONDAY


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note

    lead = factory.SubFactory(LeadFactory)
    text = "Asked for a call in December"
    created_at = MONDAY


class ScoreFactory(factory.django.DjangoModelFactory):
    """A stored score as rescoring would have left it, of version 1."""

    class Meta:
        model = Score

    lead = factory.SubFactory(LeadFactory)
    score = 50
    rule_score = factory.SelfAttribute("score")
    fit = 0
    engagement = factory.SelfAttribute("score")
    band = factory.LazyAttribute(lambda score: "DCBA"[(score.score >= 25) + (score.score >= 50) + (score.score >= 75)])
    lines = factory.LazyAttribute(
        lambda score: [
            {"kind": "rule", "group": "engagement", "rule": "demo", "points": score.score, "count": 1, "age_days": 0}
        ]
    )
    revision = 1
    version = 1
    engine = 1
    as_of = factory.LazyAttribute(lambda score: score.scored_at.date())
    valid_until = factory.LazyAttribute(lambda score: score.as_of + timedelta(days=7))
    scored_at = MONDAY


def people():
    """The seven of the conventions, by name: two teams, every role."""
    north, south = TeamFactory(name="North"), TeamFactory(name="South")
    roles = {
        "rita": (Role.REP, [north]),
        "ralf": (Role.REP, [north]),
        "sven": (Role.REP, [south]),
        "mona": (Role.MANAGER, [north, south]),
        "maja": (Role.MARKETER, []),
        "anton": (Role.ADMINISTRATOR, []),
        "dora": (Role.DATA_PROTECTION, []),
    }
    found = {}
    for name, (role, teams) in roles.items():
        found[name] = UserFactory(username=name, role=role)
        for team in teams:
            MembershipFactory(team=team, user=found[name])
    return found
