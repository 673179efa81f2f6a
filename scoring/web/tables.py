"""Which columns lists have and by what they can be ordered. Our own row templates draw the cells."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _


class BoardTable(tables.Table):
    """Columns of the ranked board. `order` is the name of an order of `scoring.ranking`; without one it cannot be ordered by."""

    rank = tables.Column(_("Rank"), orderable=False, attrs={"th": {"class": "rank"}})
    lead = tables.Column(_("Lead"), attrs={"order": "name"})
    score = tables.Column(_("Score, 7 days"), attrs={"order": "score", "falls": True})
    why = tables.Column(_("Why now"), orderable=False)
    product = tables.Column(_("Product, stage"), orderable=False)
    activity = tables.Column(_("Last activity"), attrs={"order": "activity", "falls": True})
    step = tables.Column(_("Next step, owner"), orderable=False)


_TABLE = BoardTable([])


def heads(order, *, address):
    """The head cells: (name, label, link or "", aria-sort or ""). `address(sort)` is the URL of the board in that order.

    The first click takes the natural direction (strongest, newest, A to Z), a second one turns it.
    """
    cells = []
    for column in _TABLE.columns:
        # The table is shared, so nothing of a request may be written into it.
        declared = column.column
        key = declared.attrs.get("order", "")
        link, sorted_as = "", ""
        if declared.orderable is not False and key:
            link = address(f"-{key}" if order == key else key)
            if order.lstrip("-") == key:
                sorted_as = "descending" if declared.attrs.get("falls", False) != order.startswith("-") else "ascending"
        cells.append((column.name, declared.verbose_name, link, sorted_as))
    return cells
