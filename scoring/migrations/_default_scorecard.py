"""Ship a live scorecard and its signals, so that a freshly migrated database scores at once.

Points follow what the product was asked for (whitepaper download 10, e-mail open 2); half-lives grow with how much an act
says about buying. Names are English here and translated where they are shown (`scoring.labels`).
"""

from datetime import UTC, datetime

_SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)

# key, name, kind, asset, path, needs
_SIGNALS = [
    ("demo-request", "Demo requested", "form", "demo-request", "", ""),
    ("quote-request", "Quote requested", "form", "quote-request", "", ""),
    ("contact-request", "Contact requested", "form", "contact-request", "", ""),
    ("form", "Form sent", "form", "", "", ""),
    ("whitepaper", "Whitepaper downloaded", "download", "", "", ""),
    ("video", "Video watched", "video", "", "", ""),
    ("webinar", "Webinar attended", "webinar", "", "", ""),
    ("newsletter", "Newsletter subscribed", "newsletter", "", "", ""),
    ("preference", "Preference chosen", "preference", "", "", ""),
    ("social", "Social media interaction", "social", "", "", ""),
    ("chat", "Chat", "chat", "", "", ""),
    ("meeting", "Meeting held", "meeting", "", "", ""),
    ("call", "Call", "call", "", "", ""),
    ("email-reply", "E-mail answered", "email_reply", "", "", ""),
    ("email-click", "E-mail link clicked", "email_click", "", "", "email_tracking"),
    ("email-open", "E-mail opened", "email_open", "", "", "email_tracking"),
    ("pricing-page", "Pricing page viewed", "page_view", "", "/pricing", "tracking"),
    (
        "pricing-page-de",
        "Pricing page viewed",
        "page_view",
        "",
        "/preise",
        "tracking",
    ),
    ("product-page", "Product page viewed", "page_view", "", "/products", "tracking"),
    (
        "product-page-de",
        "Product page viewed",
        "page_view",
        "",
        "/produkte",
        "tracking",
    ),
    ("blog", "Blog read", "page_view", "", "/blog", "tracking"),
    ("careers-page", "Careers page viewed", "page_view", "", "/careers", "tracking"),
    (
        "careers-page-de",
        "Careers page viewed",
        "page_view",
        "",
        "/karriere",
        "tracking",
    ),
    ("page-view", "Other page viewed", "page_view", "", "", "tracking"),
    ("unsubscribe", "Unsubscribed", "unsubscribe", "", "", ""),
    ("hard-bounce", "E-mail bounced", "bounce", "hard", "", ""),
]


def _leaf(field, op, value=None):
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def _title(*parts, exactly=(), first=()):
    """A job title with one of the parts in it, or that is one of `exactly`, or begins with one of `first`.

    Short words are not looked for inside others: "cto" is in "director", "intern" in "international".
    """
    field = "contact.job_title"
    return {
        "any": [
            *(_leaf(field, "contains", part) for part in parts),
            *([_leaf(field, "in", list(exactly))] if exactly else []),
            *(_leaf(field, "starts_with", word) for word in first),
        ]
    }


# key, name, points, condition
_FIT_RULES = [
    (
        "company-200",
        "200 staff or more",
        12,
        _leaf("company.employees", "gte", 200),
    ),
    (
        "company-50",
        "50 to 199 staff",
        8,
        _leaf("company.employees", "between", [50, 199]),
    ),
    (
        "company-10",
        "10 to 49 staff",
        3,
        _leaf("company.employees", "between", [10, 49]),
    ),
    (
        "decides",
        "Decision-maker",
        14,
        _title(
            "chief",
            "managing director",
            "director",
            "head of",
            "vice president",
            "geschäftsführ",
            "vorstand",
            "leiter",
            "leitung",
            "inhaber",
            "prokurist",
            exactly=("ceo", "cfo", "coo", "cto", "cio", "vp", "owner"),
            first=("ceo ", "cfo ", "coo ", "cto ", "cio ", "vp ", "owner "),
        ),
    ),
    (
        "buys",
        "Buyer or manager",
        5,
        _title("manager", "purchas", "buyer", "einkauf", "einkäufer"),
    ),
    (
        "industry",
        "Target industry",
        10,
        _leaf(
            "company.industry",
            "in",
            [
                "Mechanical engineering",
                "Metal processing",
                "Automotive",
                "Electrical engineering",
                "Plastics",
                "Food production",
                "Maschinenbau",
                "Metallverarbeitung",
                "Automobil",
                "Elektrotechnik",
                "Kunststoff",
                "Lebensmittel",
            ],
        ),
    ),
    (
        "dach",
        "Germany, Austria, Switzerland",
        6,
        {
            "any": [
                _leaf("contact.country", "in", ["DE", "AT", "CH"]),
                _leaf("company.country", "in", ["DE", "AT", "CH"]),
            ]
        },
    ),
    ("phone", "Phone number known", 3, _leaf("contact.phone", "is_not_blank")),
    ("free-mail", "Free-mail address", -8, _leaf("contact.is_free_mail", "is_true")),
    (
        "throw-away",
        "Throw-away address",
        -20,
        _leaf("contact.is_disposable", "is_true"),
    ),
    (
        "student",
        "Student, intern or applicant",
        -12,
        _title("student", "praktikant", "azubi", "trainee", exactly=("intern",), first=("intern ",)),
    ),
    (
        "competitor",
        "Competitor",
        -40,
        _leaf("contact.email_domain", "in", ["competitor.example"]),
    ),
]

# key, name, points, mode, signals, settings
_ENGAGEMENT_RULES = [
    ("demo-request", "Demo requested", 30, "once", ["demo-request"], {"half_life": 90}),
    (
        "quote-request",
        "Quote requested",
        30,
        "once",
        ["quote-request"],
        {"half_life": 90},
    ),
    (
        "contact-request",
        "Contact requested",
        20,
        "once",
        ["contact-request"],
        {"half_life": 60},
    ),
    ("form", "Form sent", 5, "every", ["form"], {"half_life": 60, "cap": 10}),
    (
        "whitepaper",
        "Whitepaper downloaded",
        10,
        "every",
        ["whitepaper"],
        {"half_life": 60, "daily_cap": 10, "cap": 30},
    ),
    (
        "webinar",
        "Webinar attended",
        12,
        "every",
        ["webinar"],
        {"half_life": 60, "cap": 24},
    ),
    (
        "video",
        "Video watched",
        8,
        "every",
        ["video"],
        {"half_life": 30, "daily_cap": 8, "cap": 16},
    ),
    (
        "email-reply",
        "E-mail answered",
        12,
        "every",
        ["email-reply"],
        {"half_life": 30, "daily_cap": 12, "cap": 24},
    ),
    ("meeting", "Meeting held", 15, "every", ["meeting"], {"half_life": 60, "cap": 30}),
    (
        "chat",
        "Chat",
        8,
        "every",
        ["chat"],
        {"half_life": 30, "daily_cap": 8, "cap": 16},
    ),
    (
        "pricing-page",
        "Pricing page viewed",
        6,
        "every",
        ["pricing-page", "pricing-page-de"],
        {"half_life": 14, "daily_cap": 12, "cap": 24, "needs": "tracking"},
    ),
    (
        "product-page",
        "Product page viewed",
        3,
        "every",
        ["product-page", "product-page-de"],
        {"half_life": 21, "daily_cap": 6, "cap": 15, "needs": "tracking"},
    ),
    (
        "blog",
        "Blog read",
        1,
        "every",
        ["blog"],
        {"half_life": 21, "daily_cap": 3, "cap": 6, "needs": "tracking"},
    ),
    (
        "page-view",
        "Other page viewed",
        1,
        "every",
        ["page-view"],
        {"half_life": 14, "daily_cap": 2, "cap": 5, "needs": "tracking"},
    ),
    (
        "email-click",
        "E-mail link clicked",
        4,
        "every",
        ["email-click"],
        {"half_life": 30, "daily_cap": 8, "cap": 16, "needs": "email_tracking"},
    ),
    (
        "email-open",
        "E-mail opened",
        2,
        "every",
        ["email-open"],
        {"half_life": 30, "daily_cap": 4, "cap": 10, "needs": "email_tracking"},
    ),
    (
        "newsletter",
        "Newsletter subscribed",
        5,
        "once",
        ["newsletter"],
        {"half_life": 180, "floor": 1},
    ),
    (
        "preference",
        "Preference chosen",
        3,
        "once",
        ["preference"],
        {"half_life": 180, "floor": 1},
    ),
    (
        "social",
        "Social media interaction",
        2,
        "every",
        ["social"],
        {"half_life": 30, "daily_cap": 4, "cap": 6},
    ),
    (
        "careers-page",
        "Careers page viewed",
        -8,
        "every",
        ["careers-page", "careers-page-de"],
        {"half_life": 60, "daily_cap": 8, "cap": 16, "needs": "tracking"},
    ),
    ("unsubscribe", "Unsubscribed", -15, "once", ["unsubscribe"], {"half_life": 180}),
    ("hard-bounce", "E-mail bounced", -20, "once", ["hard-bounce"], {}),
]


def ship(apps, schema_editor):
    """Write signals, the scorecard and its rules, unless the installation has a scorecard already."""
    Signal = apps.get_model("leads", "Signal")
    Scorecard = apps.get_model("scoring", "Scorecard")
    Rule = apps.get_model("scoring", "Rule")
    if Scorecard.objects.exists():
        return
    signals = {}
    for key, name, kind, asset, path, needs in _SIGNALS:
        signals[key], _ = Signal.objects.get_or_create(
            key=key,
            defaults={
                "name": name,
                "kind": kind,
                "asset": asset,
                "path": path,
                "is_prefix": bool(path),
                "needs": needs,
            },
        )
    card = Scorecard.objects.create(
        version=1,
        name="Standard",
        status="live",
        note="As shipped",
        created_at=_SHIPPED_AT,
        published_at=_SHIPPED_AT,
    )
    card.sql_signals.set([signals[key] for key in ("demo-request", "quote-request", "contact-request")])
    for position, (key, name, points, condition) in enumerate(_FIT_RULES, start=1):
        Rule.objects.create(
            scorecard=card,
            key=key,
            name=name,
            axis="fit",
            mode="once",
            points=points,
            condition=condition,
            position=position * 10,
        )
    for position, (key, name, points, mode, keys, settings) in enumerate(_ENGAGEMENT_RULES, start=1):
        rule = Rule.objects.create(
            scorecard=card,
            key=key,
            name=name,
            axis="engagement",
            mode=mode,
            points=points,
            position=position * 10,
            **settings,
        )
        rule.signals.set([signals[key] for key in keys])
