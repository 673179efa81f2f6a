"""Keeps the demo's board moving: every few seconds one invented contact does something."""

import random
import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import trickle


class Command(BaseCommand):
    help = "Adds one live event of an invented contact every few seconds (only for the demo)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=float, default=7, help="seconds between events on average (default: %(default)s)"
        )
        parser.add_argument("--count", type=int, help="stop after so many events (default: never)")

    def handle(self, *args, every, count, **options):
        chance = random.Random()
        done = 0
        while count is None or done < count:
            time.sleep(max(0.05, chance.uniform(0.4, 1.6) * every))
            trickle.happen(chance=chance, now=timezone.now())
            done += 1
