"""Pages of the admin about scoring. Importing this registers them."""

from scoring.admin import customfields, scorecards, scores, signals

__all__ = ["customfields", "scorecards", "scores", "signals"]
