"""`manage.py explain LEAD`: how the score of one lead comes about, line by line."""

import json

from django.utils.translation import gettext, ngettext

from leads import addresses
from leads.management.oneline import OneLineCommand, wrong
from leads.models import Lead
from leads.templatetags.ui import signed
from scoring import explanation


class Command(OneLineCommand):
    """Prints the stored score with its lines; they sum to the rule score."""

    help = "Explains the score of one lead."

    def add_arguments(self, parser):
        parser.add_argument("lead", metavar="LEAD", help="id, external id or e-mail address")
        way = parser.add_mutually_exclusive_group()
        for name, words in (("id", "id"), ("external-id", "external id"), ("email", "e-mail address")):
            way.add_argument(
                f"--{name}", dest="way", action="store_const", const=name, help=f"LEAD is the {words}, nothing else"
            )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args, lead, way, **options):
        found = find(lead, way=way)
        if found is None:
            fault = gettext("No lead has the id, external id or e-mail address “%(lead)s”.")
            raise wrong(fault % {"lead": lead[:100]})
        if way is None and _is_also_an_external_id(lead, found):
            words = gettext("Lead %(lead)s by its id; another lead has the external id %(lead)s: use %(option)s")
            self.stderr.write(words % {"lead": lead, "option": "--external-id"})
        try:
            explained = explanation.explain(found)
        except explanation.Unscored as error:
            raise wrong(
                gettext("%(fault)s Run: %(command)s") % {"fault": error, "command": "manage.py rescore"}
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(explained.as_json(), ensure_ascii=False))
        else:
            self._print(found, explained)

    def _print(self, lead, explained):
        rows = [(explained_line(line), line.points) for half in explained.halves for line in (*half.lines, *half.caps)]
        if explained.clamp:
            rows.append((gettext("Kept on the scale from 1 to 100"), explained.clamp))
        rows.append((gettext("Rule score"), explained.rule_score))
        width = max(len(words) for words, _ in rows)
        self.stdout.write(
            gettext(
                "%(name)s: score %(score)d, band %(band)s (%(label)s), %(stage)s, on %(day)s, scorecard v%(version)d"
            )
            % {
                "name": lead.contact.display_name,
                "score": explained.score,
                "band": explained.band,
                "label": explained.label,
                "stage": lead.get_stage_display(),
                "day": explained.as_of.isoformat(),
                "version": explained.version,
            }
        )
        for words, points in rows[:-1]:
            self.stdout.write(f"  {words:<{width}}  {signed(points):>4}")
        self.stdout.write(f"  {'':-<{width}}------")
        self.stdout.write(f"  {rows[-1][0]:<{width}}  {rows[-1][1]:>4}")


def find(text, *, way=None):
    """The lead that `text` means: by id, then by external id, then by e-mail address. Its open one, else the newest.

    `way` ("id", "external-id", "email") allows that reading alone.
    """
    leads = Lead.objects.select_related("contact", "score").order_by("-id")
    for reading, wanted in _readings(text):
        if way not in (None, reading):
            continue
        found = list(leads.filter(**wanted)[:50])
        if found:
            return next((lead for lead in found if lead.is_open), found[0])
    return None


def _is_also_an_external_id(text, found):
    """Whether `text`, read as the id of `found`, is the external id of somebody else too."""
    if text != str(found.pk):
        return False
    return Lead.objects.filter(contact__external_id=text).exclude(contact=found.contact_id).exists()


def _readings(text):
    # More digits than any id has would not fit into the column.
    if text.isascii() and text.isdigit() and len(text) <= 18:
        yield "id", {"pk": int(text)}
    if text.strip():
        yield "external-id", {"contact__external_id": text.strip()}
    try:
        yield "email", {"contact__email": addresses.normalise(text)}
    except addresses.NotAnAddress:
        return


def explained_line(line):
    """One line in words."""
    if line.kind == "cap":
        name = line.label or (gettext("fit") if line.axis == "fit" else gettext("engagement"))
        return gettext("Above the cap of %(cap)s for %(name)s") % {"cap": line.cap, "name": name}
    if line.age_days is None:
        return line.label
    times = ngettext("%(count)d time", "%(count)d times", line.count) % {"count": line.count}
    if line.count > 1 and line.is_once:
        times = gettext("%(times)s, counts once") % {"times": times}
    age = ngettext("last %(days)d day ago", "last %(days)d days ago", line.age_days) % {"days": line.age_days}
    return f"{line.label} ({times}, {age})"
