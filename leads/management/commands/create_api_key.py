"""`manage.py create_api_key`: make a key for a program and show it once."""

import json

from django.utils import timezone
from django.utils.translation import gettext

from leads import apikeys
from leads.enums import SourceKind
from leads.management.oneline import OneLineCommand, wrong
from leads.models import Source, Team


class Command(OneLineCommand):
    help = "Make an API key and print it. It is shown only now."

    def add_arguments(self, parser):
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument(
            "--scope",
            required=True,
            nargs="+",
            action="extend",
            choices=apikeys.Scope.values,
            help="what it may do: one or more",
        )
        parser.add_argument("--source", default="API", help="where its contacts come from; made if it does not exist")
        parser.add_argument(
            "--team", help="its leads belong to this team if the source is new; it reads only this team's"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, name, scope, source, team, **options):
        owner = self._team(team)
        if not source.strip() or len(source) > 100:
            raise wrong(gettext("%(option)s: give a name of at most 100 characters.") % {"option": "--source"})
        place, _created = Source.objects.get_or_create(
            name=source.strip(), defaults={"kind": SourceKind.API, "team": owner}
        )
        try:
            _row, key = apikeys.create(name=name, scopes=scope, source=place, team=owner, now=timezone.now())
        except apikeys.Refused as error:
            raise wrong(str(error)) from error
        self.stdout.write(json.dumps({"key": key}) if options["json"] else key)

    def _team(self, name):
        if name is None:
            return None
        team = Team.objects.filter(name=name).first()
        if team is None:
            known = ", ".join(Team.objects.order_by("name").values_list("name", flat=True)[:20]) or "–"
            fault = gettext("--team: there is no team “%(name)s”. Teams: %(known)s")
            raise wrong(fault % {"name": name[:60], "known": known})
        return team
