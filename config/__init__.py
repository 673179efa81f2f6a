"""Wiring: settings, URLs, the Celery application, the processes of an installation."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
