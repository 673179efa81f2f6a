"""Lives the demo company's last twelve months through the product's own doors, one tick after the other.

Events come in by intake, scores by rescoring, MQLs by qualification; only what the invented reps decide is made up here.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from config.demo import desk, story, world
from leads import consent, demo_people, intake, notifications, signals, teams
from leads.enums import InteractionKind, Purpose, Role
from leads.models import Campaign, Contact, Lead, Product, Signal, Source, Team, User
from scoring import qualification, rescoring, scorecards
from scoring.models import Scorecard

# Each team finds at least about so many unanswered MQLs, whatever the day of the week is.
WAITING_MQLS = 4
WORDING = "I agree that Nordwerk Automation records which of its pages I visit, to advise me better."


def is_seeded():
    """True once the demo's people and leads are there."""
    return User.objects.filter(username=demo_people.PEOPLE[0].username).exists() and Lead.objects.exists()


@transaction.atomic
def seed(*, leads, seed, now):
    """Fill an empty database with the demo company, wholly or not at all; does nothing where it is already.

    Returns True if it wrote.
    """
    with ThreadPoolExecutor() as pool:  # hashing passwords is slow and leaves the other threads running
        hashed = _people(pool)
        is_empty = not Lead.objects.exists()
        if is_empty:
            _world(now)
            _product_rules(now - timedelta(days=story.DAYS))
            _live(story.people(count=leads, seed=seed, now=now), seed=seed, now=now)
        for user, password in hashed.items():
            user.password = password.result()
            user.save(update_fields=["password"])
    return is_empty


def _live(contacts, *, seed, now):
    """The year of the demo, tick by tick: what came in, what became of it, and what the reps made of that."""
    by_email = {person.email.lower(): person for person in contacts}
    sources = {source.name: source for source in Source.objects.all()}
    regions = {team.name: team for team in Team.objects.all()}
    reps = list(User.objects.filter(role=Role.REP))
    mona = User.objects.get(username="mona")
    floor = desk.Desk(by_email, seed=seed)
    waiting = sorted(
        ((event, sources[person.source]) for person in contacts for event in person.events),
        key=lambda pair: (pair[0]["occurred_at"], pair[0]["event_id"]),
    )
    position = 0
    for tick in _ticks(now):
        batch = []
        while position < len(waiting) and waiting[position][0]["occurred_at"] <= tick:
            batch.append(_as_intake(*waiting[position]))
            position += 1
        intake.record_batch(batch, now=tick)
        _put_into_teams(by_email, regions, by=mona, now=tick)
        rescoring.rescore_all(now=tick)
        qualification.qualify(now=tick)
        _look_at_sizes()
        if tick < now - timedelta(days=3):
            for person in reps:
                notifications.mark_read(person, now=tick)
            # Scored in the morning, worked by day. The last three days' MQLs wait for whoever tries the demo, and so
            # do a few from before: on some days nobody becomes one.
            is_lately = tick >= now - timedelta(days=14)
            spared = floor.newest_mqls(per_team=WAITING_MQLS) if is_lately else frozenset()
            floor.work(now=tick + timedelta(hours=5), spared=spared)
    floor.plan(now=now)
    _consents(by_email, now)


def _ticks(now):
    """When the past is looked at: every five weeks at first, then more often, daily at last."""
    days = [*range(story.DAYS - 14, 90, -35), *range(80, 14, -13), 12, 9, 6, 4, 3, 2, 1]
    morning = now.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=8, minute=40, second=0, microsecond=0)
    return [morning - timedelta(days=days_ago) for days_ago in days] + [now]


def _look_at_sizes():
    """Tell PostgreSQL how much there is: inside one transaction nobody else does, and it plans as if tables were empty."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE leads_contact, leads_lead, leads_interaction, leads_stagechange, scoring_score")


def _as_intake(event, source):
    event = event | {"source": source}
    if "contact" in event:
        event["contact_fields"] = event.pop("contact")
    return event


def _people(pool):
    """Make the demo's people and teams; returns {user: their password, being hashed in `pool`} of those who need one."""
    known = {
        user.username: user for user in User.objects.filter(username__in=[who.username for who in demo_people.PEOPLE])
    }
    first = demo_people.PEOPLE[0]
    # What the demo prints must let people in. One look is enough, for all passwords come from one key.
    key_has_changed = first.username in known and not known[first.username].check_password(first.password)
    hashed = {}
    for person in demo_people.PEOPLE:
        user = known.get(person.username)
        is_new = user is None
        if is_new:
            user = User(
                username=person.username,
                first_name=person.first_name,
                last_name=person.last_name,
                email=f"{person.username}@nordwerk.example",
                role=person.role,
            )
            user.set_unusable_password()
            user.save()
        if is_new or key_has_changed:
            hashed[user] = pool.submit(make_password, person.password)
        for name in person.teams:
            team, _ = Team.objects.get_or_create(name=name)
            teams.join(team, user=user, by=None, takes_leads=person.role == Role.REP)
    return hashed


def _world(now):
    for slug, name in world.PRODUCTS:
        Product.objects.get_or_create(slug=slug, defaults={"name": name})
    for name, kind, _team, _share in world.SOURCES:
        Source.objects.get_or_create(name=name, defaults={"kind": kind})
    today = now.date()
    for slug, name, source, cost, starts, lasts in world.CAMPAIGNS:
        Campaign.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "source": Source.objects.get(name=source),
                "cost": cost,
                "starts_on": today - timedelta(days=starts),
                "ends_on": today - timedelta(days=starts - lasts),
                "utm_campaign": slug,
            },
        )


def _product_rules(now):
    """What the demo's marketer changed: looking at a product's pages speaks for that product."""
    rules = {}
    for position, product in enumerate(Product.objects.order_by("id")):
        signal = Signal(
            key=f"product-{product.slug}",
            name=f"Website: {product.name}",
            kind=InteractionKind.PAGE_VIEW,
            path=f"/produkte/{product.slug}",
            is_prefix=True,
            needs=Purpose.TRACKING,
        )
        signals.save(signal, now=now)
        rules[signal.key] = {
            "name": signal.name,
            "points": 4,
            "half_life": 21,
            "daily_cap": 8,
            "cap": 16,
            "signals": [signal.pk],
            "product": product.pk,
            "needs": Purpose.TRACKING.value,
            "position": 130 + position,
        }
    # What was shipped is older than what the demo's marketer made of it a year ago.
    shipped = now - timedelta(days=1)
    Scorecard.objects.filter(created_at__gt=shipped).update(created_at=shipped, published_at=shipped)
    maja = User.objects.get(username="maja")
    scorecards.save_weights({"rules": rules}, by=maja, now=now, note="Pages of each product speak for it")


def _put_into_teams(by_email, regions, *, by, now):
    """A few leads stay without a team, as they do in life: their e-mail says nothing about a region."""
    by_region = {}
    for lead_id, email in Lead.objects.without_team().open().values_list("id", "contact__email"):
        person = by_email[email]
        if person.number % 97:
            by_region.setdefault(person.team, []).append(lead_id)
    for name, lead_ids in by_region.items():
        teams.put(lead_ids, team=regions[name], by=by, now=now)


def _consents(by_email, now):
    for contact in Contact.objects.filter(email__in=by_email):
        person = by_email[contact.email]
        agreed_at = min(person.arrives_at + timedelta(minutes=1), now)
        if person.number % 5 < 3:
            consent.confirm(contact, purpose=Purpose.TRACKING, now=agreed_at, wording=WORDING)
        if person.number % 3 == 0:
            consent.confirm(contact, purpose=Purpose.EMAIL_TRACKING, now=agreed_at, wording=WORDING)
