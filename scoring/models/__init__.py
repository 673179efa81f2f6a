"""What is stored of our judgement. Verbs that write it live in the domain modules of `scoring`."""

from scoring.models.boardviews import BoardView
from scoring.models.reports import ConversionCell, LeadPath, ReportBuild
from scoring.models.scorecards import Persona, Rule, RuleGroup, Scorecard
from scoring.models.scores import Lease, Score, ScoreHistory, ScoreSeen

__all__ = [
    "BoardView",
    "ConversionCell",
    "LeadPath",
    "Lease",
    "Persona",
    "ReportBuild",
    "Rule",
    "RuleGroup",
    "Score",
    "ScoreHistory",
    "ScoreSeen",
    "Scorecard",
]
