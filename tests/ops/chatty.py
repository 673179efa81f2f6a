"""Settings of an installation under test that logs as in production."""

from config import logs
from config.settings import *  # noqa: F403

LOGGING = logs.configuration(production=True, level="DEBUG")
