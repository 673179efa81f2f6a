"""Why a lead stands where it stands, in the two or three strongest statements of its score, in the viewer's language."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

MOST = 3
SILENT_DAYS = 12
"""From so many days without an interaction on, silence is a reason of its own."""
_WEEKS_FROM, _MONTHS_FROM = 14, 60


@dataclass(frozen=True, slots=True)
class Reasons:
    """The strongest statement, what else speaks for the lead, and what speaks against it; each may be empty."""

    first: str
    rest: str
    but: str

    def __bool__(self):
        return bool(self.first or self.but)

    def __str__(self):
        """One line of text, as in an export."""
        favourable = ", ".join(part for part in (self.first, self.rest) if part)
        if not self.but:
            return favourable
        but = gettext("but %(reason)s") % {"reason": self.but} if favourable else self.but
        return f"{favourable} {but}".strip()


def explain(lines, *, names, once=frozenset(), silent_days=None, older_by=0):
    """`Reasons` out of the lines of a score.

    `names` maps rule keys to statements; lines of unknown rules are passed over, and so are caps and the clamp, which say
    nothing about the lead. `once` are the keys of rules that count once however often it happened: of those no number is
    said. `silent_days` are the whole days since its last interaction (None: not known, or never),
    `older_by` the days since the score was computed, by which every age has grown.
    """
    known = [line for line in lines if line["kind"] == "rule" and names.get(line["rule"])]
    known = [line | {"count": min(line["count"], 1)} if line["rule"] in once else line for line in known]
    favourable = sorted((line for line in known if line["points"] > 0), key=_strength)
    against = sorted((line for line in known if line["points"] < 0), key=_strength)
    buts = [_statement(line, names, with_age=False) for line in against]
    if silent_days is not None and silent_days >= SILENT_DAYS:
        # Whoever has gone quiet is called differently; a small minus for a page says less.
        buts.insert(1 if against and against[0]["points"] <= -10 else 0, _silence(silent_days))
    room = MOST - 1 if buts else MOST
    shown = [
        _statement(line, names, with_age=not place, older_by=older_by) for place, line in enumerate(favourable[:room])
    ]
    buts = buts[: min(2, MOST - len(shown))]
    first, rest = (shown[0], [_continued(text) for text in shown[1:]]) if shown else ("", [])
    if shown:
        buts = [_continued(text) for text in buts]
    return Reasons(first, ", ".join(rest), ", ".join(buts))


def _strength(line):
    """Strongest first; of equal ones the fresher, so that the order is total and does not flap."""
    age = line["age_days"]
    return (-abs(line["points"]), age if age is not None else 1_000_000, line["rule"])


def _statement(line, names, *, with_age, older_by=0):
    name, count, age = names[line["rule"]], line["count"], line["age_days"]
    if count > 1:
        name = gettext("%(statement)s ×%(count)d") % {"statement": name, "count": count}
    if not with_age or age is None:
        return name
    words = {"statement": name, "when": _ago(age + older_by)}
    text = (gettext("%(statement)s, %(when)s") if count > 1 else gettext("%(statement)s %(when)s")) % words
    # German says when first: “Gestern Vorführung angefordert”.
    return capfirst(text) if text.startswith(words["when"]) else text


def _ago(days):
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < _WEEKS_FROM:
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    if days < _MONTHS_FROM:
        return ngettext("%(weeks)d week ago", "%(weeks)d weeks ago", days // 7) % {"weeks": days // 7}
    return ngettext("%(months)d month ago", "%(months)d months ago", days // 30) % {"months": days // 30}


def _silence(days):
    return ngettext("silent for %(days)d day", "silent for %(days)d days", days) % {"days": days}


def _continued(text):
    """The statement inside a sentence: no capital there, unless the word has one of its own (SSO, LinkedIn, German nouns)."""
    word, language = text.split(" ", 1)[0], (get_language() or "")[:2]
    if language == "en" and word[1:].islower() and not word.startswith(_OWN_CAPITAL):
        return text[:1].lower() + text[1:]
    if language == "de" and word in _NO_NOUN:
        return text[:1].lower() + text[1:]
    return text


# Countries and the like that stand first in shipped or likely rules.
_OWN_CAPITAL = ("Germany", "Austria", "Switzerland", "Europe")
# Words with which German statements begin and that are no nouns; of others nobody can tell.
_NO_NOUN = (
    "Ab", "Alle", "Als", "Am", "An", "Andere", "Auf", "Aus", "Bei", "Beim", "Bis", "Das", "Der", "Die", "Ein", "Eine", "Für",
    "Hat", "Im", "In", "Ist", "Kein", "Keine", "Kennt", "Mehr", "Mehrere", "Mindestens", "Mit", "Nach", "Neue", "Neuer",
    "Nicht", "Noch", "Nur", "Ohne", "Schon", "Seit", "Sucht", "Über", "Unter", "Viele", "Vom", "Von", "Vor", "Weniger",
    "Wiederholt", "Zu", "Zum", "Zur", "Zwischen",
)  # fmt: skip
