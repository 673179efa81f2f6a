"""Which signal an interaction is, and what happens to past interactions when a signal changes."""

from dataclasses import dataclass

from django.db import transaction

from leads import identity
from leads.models import Interaction, Signal

_CHUNK = 500


@dataclass(frozen=True)
class Facts:
    """What of an interaction a signal can ask for."""

    kind: str
    asset: str = ""
    path: str = ""
    product_id: int | None = None
    campaign_id: int | None = None


class Matcher:
    """Finds the most specific of `signals`, which are read once (there are few); after that it is pure."""

    def __init__(self, signals):
        self._by_kind = {}
        for signal in sorted(signals, key=_specificity):
            self._by_kind.setdefault(signal.kind, []).append(signal)

    def match(self, facts):
        """The matching `Signal`: asset, exact path, longest prefix, product, campaign, kind alone; None if there is none."""
        for signal in self._by_kind.get(facts.kind, ()):
            if _holds(signal, facts):
                return signal
        return None


def matcher_for(kinds):
    """A `Matcher` for interactions of these kinds. One query."""
    return Matcher(Signal.objects.filter(kind__in=kinds))


def save(signal, *, now):
    """Store a new or changed signal and give past interactions the signal that is now theirs.

    Raises the revision of every contact with an interaction that got another one. Returns how many interactions did.
    """
    with transaction.atomic():
        signal.path = normal_path(signal.path) if signal.path else ""
        signal.save()
        return _rematch(Interaction.objects.filter(signal=signal)) + _rematch(_candidates(signal))


def delete(signal, *, now):
    """Remove a signal; its interactions fall to the next most specific one. Returns how many there were."""
    with transaction.atomic():
        matcher = Matcher(Signal.objects.exclude(pk=signal.pk))
        count = _rematch(Interaction.objects.filter(signal=signal), matcher=matcher)
        signal.delete()
    return count


def normal_path(path):
    """`/pricing` for `https://firma.example/pricing/?utm=x#top`: no host, no query, no slash at the end."""
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    path = path.partition("#")[0].partition("?")[0]
    return "/" + path.strip("/") if path else ""


def _specificity(signal):
    """Smaller is more specific; the lower id breaks ties."""
    return (
        not signal.asset,
        not (signal.path and not signal.is_prefix),
        -len(normal_path(signal.path)) if signal.path else 0,
        signal.product_id is None,
        signal.campaign_id is None,
        signal.pk,
    )


def _holds(signal, facts):
    if signal.asset and signal.asset.casefold() != facts.asset.casefold():
        return False
    if signal.product_id is not None and signal.product_id != facts.product_id:
        return False
    if signal.campaign_id is not None and signal.campaign_id != facts.campaign_id:
        return False
    return not signal.path or _path_holds(signal, facts.path)


def _path_holds(signal, path):
    if not path:
        return False
    wanted, path = normal_path(signal.path).casefold(), normal_path(path).casefold()
    if path == wanted:
        return True
    return signal.is_prefix and path.startswith(wanted.rstrip("/") + "/")


def _candidates(signal):
    """Interactions that the signal could claim; a coarse filter, `Matcher` decides."""
    found = Interaction.objects.filter(kind=signal.kind).exclude(signal=signal)
    if signal.product_id is not None:
        found = found.filter(product_id=signal.product_id)
    if signal.campaign_id is not None:
        found = found.filter(campaign_id=signal.campaign_id)
    if signal.asset:
        found = found.exclude(asset="")
    if signal.path:
        found = found.exclude(path="")
    return found


def _rematch(interactions, *, matcher=None):
    matcher = matcher or Matcher(Signal.objects.all())
    moves, contacts = {}, set()
    columns = ("id", "contact_id", "signal_id", "kind", "asset", "path", "product_id", "campaign_id")
    for pk, contact_id, signal_id, *facts in interactions.values_list(*columns).iterator(chunk_size=5_000):
        found = matcher.match(Facts(*facts))
        if (found.pk if found else None) != signal_id:
            moves.setdefault(found, []).append(pk)
            contacts.add(contact_id)
    for signal, ids in moves.items():
        for start in range(0, len(ids), _CHUNK):
            Interaction.objects.filter(pk__in=ids[start : start + _CHUNK]).update(signal=signal)
    contacts = sorted(contacts - {None})
    for start in range(0, len(contacts), _CHUNK):
        identity.raise_revision(contacts[start : start + _CHUNK])
    return sum(map(len, moves.values()))
