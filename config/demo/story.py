"""Who the demo's contacts are and what they did in the last twelve months. Pure: a seed and a moment in, facts out.

Behind each person stand two hidden numbers: `fit` (do they need what we sell?) and `intent` (do they mean to buy now?).
Attributes follow from fit, behaviour from intent, and the outcome from both plus chance. So a score of attributes and
behaviour must predict the outcome, but never perfectly.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.demo import world

DAYS = 364


@dataclass
class Person:
    """One contact of the demo, with hidden numbers that no rule can see."""

    number: int
    email: str
    fields: dict
    source: str
    team: str
    campaign: str
    fit: float
    intent: float
    arrives_at: datetime
    events: list[dict] = field(default_factory=list)

    @property
    def chance(self):
        """Probability to buy in the end, 0 to 1."""
        return 1 / (1 + math.exp(-(-1.1 + 1.2 * self.fit + 1.3 * self.intent)))


def people(*, count, seed, now):
    """`count` invented contacts with everything they did up to `now`, the same for the same arguments."""
    chance = random.Random(f"vorsprung-{seed}")
    firms = [_firm(chance) for _ in range(max(1, int(count * 0.62)))]
    return [_person(number, chance.choice(firms), chance, seed, now) for number in range(count)]


def newcomer(*, number, seed, now):
    """One more contact for the trickle: arrives now, with no past."""
    chance = random.Random(f"newcomer-{seed}-{number}")
    person = _person(number, _firm(chance), chance, f"{seed}n", now)
    person.arrives_at = now
    person.events = []
    return person


def _firm(chance):
    industry, is_target, nouns = chance.choices(world.INDUSTRIES, [8, 7, 4, 6, 4, 4, 3, 3, 3, 2, 2])[0]
    place, city, country, team = chance.choice(world.PLACES)
    head = chance.choice(world.FAMILIES) if chance.random() < 0.5 else place
    noun = chance.choice(nouns)
    name = f"{head} {noun} {chance.choice(world.LEGAL_FORMS)}"
    employees = int(10 ** chance.uniform(0.7, 3.5))
    domain = f"{_ascii(head)}-{_ascii(noun)}.example"
    return {
        "name": name,
        "domain": domain,
        "industry": industry,
        "employees": employees,
        "country": country,
        "city": city,
        "team": team,
        "need": (0.7 if is_target else -0.6) + 0.45 * (math.log10(employees) - 2),
    }


def _person(number, firm, chance, seed, now):
    level = chance.choices(("decides", "buys", "works", "learns"), (30, 22, 40, 8))[0]
    is_private = chance.random() < (0.45 if level == "learns" else 0.12)
    first, last = chance.choice(world.FIRST_NAMES), chance.choice(world.LAST_NAMES)
    local = f"{_ascii(first)}.{_ascii(last)}{number}"
    source = chance.choices(world.SOURCES, [share for *_, share in world.SOURCES])[0][0]
    fit = firm["need"] + {"decides": 0.55, "buys": 0.15, "works": -0.15, "learns": -1.4}[level] - 0.7 * is_private
    intent = chance.gauss(-0.25, 1) - (0.6 if source == "Sweepstakes" else 0) + (0.25 if source == "Web form" else 0)
    contact = {
        "first_name": first,
        "last_name": last,
        "job_title": chance.choice(world.TITLES[level])[first in world.WOMEN],
        "language": "de" if firm["country"] in ("DE", "AT", "CH") else "en",
        "country": firm["country"],
        "city": firm["city"],
    }
    if chance.random() < 0.55:
        contact["phone"] = f"+49 {chance.randint(201, 9999)} 555{chance.randint(100, 999)}"
    if not is_private:
        contact["company"] = {key: firm[key] for key in ("name", "domain", "industry", "employees", "country", "city")}
    # More people come in lately than a year ago: the company grows.
    days_ago = DAYS * (1 - math.sqrt(chance.random()))
    arrives_at = _working_time(now - timedelta(days=days_ago), chance)
    campaigns = [
        slug
        for slug, _name, of, _cost, starts, lasts in world.CAMPAIGNS
        if of == source and starts - lasts <= (now - arrives_at).days <= starts
    ]
    person = Person(
        number=number,
        email=f"{local}@{chance.choice(world.FREE_MAIL) if is_private else firm['domain']}",
        fields=contact,
        source=source,
        team=firm["team"],
        campaign=chance.choice(campaigns) if campaigns else "",
        fit=fit,
        intent=intent,
        arrives_at=min(arrives_at, now - timedelta(minutes=30)),
    )
    _live(person, chance, seed, now)
    return person


def _live(person, chance, seed, now):
    """Fill in what the person did: a first act by source, visits in bursts that fade, newsletters in between."""

    def event_id():
        return f"demo-{seed}-{person.number}-{len(person.events)}"

    eager = 1 / (1 + math.exp(-1.6 * person.intent))
    person.events.append(_first_act(person, chance, event_id(), person.arrives_at))
    span = (now - person.arrives_at).total_seconds() / 86400
    visits = 1 + _poisson(chance, 1.2 + 7 * eager)
    for _ in range(visits):
        # Interest is highest after arrival; a few come back much later.
        after = chance.expovariate(1 / (9 + 16 * eager)) if chance.random() < 0.8 else chance.uniform(0, span)
        at = _working_time(person.arrives_at + timedelta(days=after), chance)
        for _ in range(1 + _poisson(chance, 0.6 + 1.6 * eager)):
            at += timedelta(minutes=chance.uniform(1, 14))
            if person.arrives_at < at < now:
                person.events.append(_act(person, chance, eager, event_id(), at))
    for month in range(1, int(span // 30) + 1):
        at = person.arrives_at + timedelta(days=30 * month, hours=chance.uniform(-40, 40))
        if at < now and chance.random() < 0.15 + 0.4 * eager:
            person.events.append(_event(person, event_id(), "email_open", at, asset="newsletter"))
            if chance.random() < 0.3 * eager:
                person.events.append(
                    _event(person, event_id(), "email_click", at + timedelta(minutes=2), asset="newsletter")
                )
    if chance.random() < 0.05 * (1.4 - eager) and span > 20:
        at = person.arrives_at + timedelta(days=chance.uniform(10, span - 1))
        person.events.append(_event(person, event_id(), "unsubscribe", at))
    person.events.sort(key=lambda event: (event["occurred_at"], event["event_id"]))


def _first_act(person, chance, event_id, at):
    by_source = {
        "Whitepaper": ("download", {"asset": chance.choice(world.WHITEPAPERS)}),
        "Web form": ("form", {"asset": chance.choice(("contact-request", "newsletter-form", "callback"))}),
        "LinkedIn lead ad": ("social", {"asset": "linkedin-lead-ad"}),
        "Hannover trade fair": ("custom", {"asset": "trade-fair-visit"}),
        "Sweepstakes": ("form", {"asset": "sweepstakes-entry"}),
        "Website": ("newsletter", {"asset": "newsletter"}),
    }
    kind, more = by_source[person.source]
    event = _event(person, event_id, kind, at, **more)
    event["contact"] = person.fields
    if person.campaign:
        event["campaign"] = person.campaign
    return event


def _act(person, chance, eager, event_id, at):
    """What is done on one click: the eager look at prices and ask, the others read and leave."""
    product = world.PRODUCTS[(person.number * 7 + int(chance.random() < 0.25)) % len(world.PRODUCTS)][0]
    acts = {
        "product": 3.0 + 2 * eager,
        "page": 3.2 - 1.5 * eager,
        "article": 2.6 - 1.2 * eager,
        "pricing": 0.25 + 2.6 * eager**2,
        "whitepaper": 0.4 + 0.7 * eager,
        "video": 0.25 + 0.8 * eager,
        "webinar": 0.1 + 0.35 * eager,
        "click": 0.7 + 0.5 * eager,
        "reply": 0.03 + 0.4 * eager**2,
        "chat": 0.05 + 0.3 * eager**2,
        "preference": 0.08,
        "social": 0.25,
        "careers": 0.16 + (0.9 if person.fit < -1 else 0) - 0.1 * eager,
        "demo": 0.01 + 0.34 * eager**3,
        "quote": 0.005 + 0.2 * eager**3,
    }
    act = chance.choices(list(acts), list(acts.values()))[0]
    kind, more = {
        "product": ("page_view", {"path": f"/produkte/{product}", "product": product}),
        "page": ("page_view", {"path": chance.choice(world.PAGES)}),
        "article": ("page_view", {"path": chance.choice(world.ARTICLES)}),
        "pricing": ("page_view", {"path": "/preise", "product": product}),
        "whitepaper": ("download", {"asset": chance.choice(world.WHITEPAPERS), "product": product}),
        "video": ("video", {"asset": chance.choice(world.VIDEOS), "product": product}),
        "webinar": ("webinar", {"asset": chance.choice(world.WEBINARS)}),
        "click": ("email_click", {"asset": "newsletter"}),
        "reply": ("email_reply", {"asset": "second-look"}),
        "chat": ("chat", {"product": product}),
        "preference": ("preference", {"asset": product, "product": product}),
        "social": ("social", {"asset": "linkedin-post"}),
        "careers": ("page_view", {"path": "/karriere"}),
        "demo": ("form", {"asset": "demo-request", "product": product}),
        "quote": ("form", {"asset": "quote-request", "product": product}),
    }[act]
    return _event(person, event_id, kind, at, **more)


def _event(person, event_id, kind, at, **more):
    return {"event_id": event_id, "kind": kind, "occurred_at": at, "email": person.email, **more}


def _working_time(moment, chance):
    """The same day, at an hour when people work; weekends move to Monday, mostly."""
    if moment.weekday() >= 5 and chance.random() < 0.85:
        moment += timedelta(days=7 - moment.weekday())
    return moment.replace(
        hour=chance.choice((7, 8, 8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 19)), minute=chance.randint(0, 59)
    )


def _poisson(chance, mean):
    """Knuth's multiplication method; fine for the small means used here."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def _ascii(text):
    table = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ç": "c", "ı": "i", "Y": "y"})
    lowered = text.lower().translate(table)
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in lowered).strip("-")
