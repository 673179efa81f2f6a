"""What one look at one part of the installation found."""

from dataclasses import dataclass

OK, NOTICE, PROBLEM = "ok", "notice", "problem"


@dataclass(frozen=True)
class Finding:
    """`says` is a sentence about the part `check`; `do` is what to do, empty if there is nothing to do."""

    check: str
    state: str
    says: str
    do: str = ""


def ok(check, says):
    """All is well."""
    return Finding(check, OK, str(says))


def notice(check, says, do):
    """Worth knowing, no fault."""
    return Finding(check, NOTICE, str(says), str(do))


def problem(check, says, do):
    """Somebody has to do something."""
    return Finding(check, PROBLEM, str(says), str(do))
