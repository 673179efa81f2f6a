"""Say in plain words what is wrong with an installation and what to do."""

import json
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.diagnosis import examination
from config.diagnosis.findings import NOTICE, OK, PROBLEM


class Command(BaseCommand):
    requires_system_checks = []  # it says in its own words what they would
    help = "Examines this installation. Status 0: all is well; 1: there are problems; 2: wrong usage."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
        parser.add_argument(
            "--lang", choices=[code for code, _name in settings.LANGUAGES], help="language of the answer"
        )

    def handle(self, *args, lang, **options):
        with translation.override(lang or settings.LANGUAGE_CODE):
            findings = examination.examine(now=timezone.now())
            problems = sum(finding.state == PROBLEM for finding in findings)
            if options["json"]:
                body = {"problems": problems, "findings": [asdict(finding) for finding in findings]}
                self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
            else:
                self._tell(findings, problems)
        if problems:
            raise SystemExit(1)

    def _tell(self, findings, problems):
        words = {OK: _("fine"), NOTICE: _("hint"), PROBLEM: _("PROBLEM")}
        width = max(len(word) for word in words.values())
        for finding in findings:
            self.stdout.write(f"{words[finding.state]:<{width}}  {finding.says}")
            if finding.do:
                self.stdout.write(f"{'':<{width}}  → {finding.do}")
        if problems:
            self.stdout.write(
                "\n" + ngettext("%(count)d problem.", "%(count)d problems.", problems) % {"count": problems}
            )
        else:
            self.stdout.write("\n" + _("Nothing is wrong."))
