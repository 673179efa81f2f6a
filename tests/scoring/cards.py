"""Scorecards and event sets for property tests, as hypothesis strategies, and the way from them to arrays."""

import numpy as np
from hypothesis import strategies as st

from scoring.evaluation import Card, Facts, Group, Rule

TODAY = 740_000
SIGNALS = (11, 12, 13, 14)
PRODUCTS = (None, None, 3, 5, 8)

limits = st.none() | st.integers(0, 60)


@st.composite
def rules(draw, number, groups):
    kind = draw(st.sampled_from(["fit", "engagement", "engagement", "engagement"]))
    axis = draw(st.sampled_from(["fit", "engagement"]))
    fitting = [group.key for group in groups if group.axis == axis]
    tiers = draw(
        st.lists(
            st.tuples(st.integers(1, 12), st.integers(-30, 40)),
            max_size=4,
            unique_by=lambda t: t[0],
        )
    )
    return Rule(
        id=number,
        key=f"rule-{number}",
        kind=kind,
        axis=axis,
        group=draw(st.sampled_from([*fitting, axis])),
        points=draw(st.integers(-40, 60)),
        mode=draw(st.sampled_from(["every", "every", "once", "tiers"])),
        product=draw(st.sampled_from(PRODUCTS)),
        tiers=tuple(tiers),
        cap=draw(limits),
        daily_cap=draw(limits),
        half_life=draw(st.none() | st.integers(1, 400)),
        window=draw(st.none() | st.integers(1, 400)),
        floor=draw(st.none() | st.integers(0, 20)),
        signals=tuple(draw(st.sets(st.sampled_from(SIGNALS), max_size=3))),
        condition=draw(st.sampled_from([None, "asked"])),
    )


@st.composite
def cards(draw):
    groups = draw(
        st.lists(
            st.builds(
                lambda number, axis, cap: Group(f"own-{number}", axis, cap),
                st.integers(1, 4),
                st.sampled_from(["fit", "engagement"]),
                limits,
            ),
            max_size=3,
            unique_by=lambda group: group.key,
        )
    )
    axes = [Group(axis, axis, draw(limits)) for axis in ("fit", "engagement") if draw(st.booleans())]
    count = draw(st.integers(0, 6))
    return Card(
        rules=tuple(draw(rules(number, groups)) for number in range(1, count + 1)),
        groups=tuple(draw(st.permutations([*groups, *axes]))),
    )


interactions = st.lists(
    st.tuples(
        st.sampled_from(SIGNALS),
        st.integers(-2, 60).map(lambda age: TODAY - age) | st.integers(-1, 900).map(lambda age: TODAY - age),
        st.integers(1, 5) | st.integers(1, 2000),
    ),
    max_size=14,
)
"""What one lead did: (signal, day, count). Days may lie a little ahead, and the same one may come twice."""


@st.composite
def batches(draw, card):
    """[(interactions, truths)] for up to four leads."""
    truths = st.fixed_dictionaries({rule.id: st.booleans() for rule in card.rules})
    return draw(st.lists(st.tuples(interactions, truths), min_size=1, max_size=4))


def as_facts(card, batch):
    """The arrays of a batch, in the order given."""
    rows = [(lead, *event) for lead, (events, _) in enumerate(batch) for event in events]
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    masks = {
        rule.id: np.array([truths[rule.id] for _, truths in batch], bool)
        for rule in card.rules
        if rule.condition is not None
    }
    return Facts(len(batch), *columns, masks=masks)
