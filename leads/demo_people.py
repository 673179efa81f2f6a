"""The invented people of the demo: who they are and how they sign in.

Passwords are derived from the installation's secret key, so that they are the same at every start, differ between
installations, and stand in no file.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from leads.enums import Role


@dataclass(frozen=True)
class DemoPerson:
    """One person of the demo company."""

    username: str
    first_name: str
    last_name: str
    role: str
    teams: tuple[str, ...] = ()

    @property
    def password(self):
        """Twelve characters without spaces, derived from SECRET_KEY."""
        digest = hmac.new(settings.SECRET_KEY.encode(), f"demo:{self.username}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest)[:12].decode().lower()


PEOPLE = (
    DemoPerson("rita", "Rita", "Petersen", Role.REP, ("North",)),
    DemoPerson("ralf", "Ralf", "Behrens", Role.REP, ("North",)),
    DemoPerson("sven", "Sven", "Hofmeister", Role.REP, ("South",)),
    DemoPerson("mona", "Mona", "Kessler", Role.MANAGER, ("North", "South")),
    DemoPerson("maja", "Maja", "Lindqvist", Role.MARKETER),
    DemoPerson("anton", "Anton", "Grabowski", Role.ADMINISTRATOR),
    DemoPerson("dora", "Dora", "Ostermann", Role.DATA_PROTECTION),
)
