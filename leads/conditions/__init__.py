"""One language for statements about leads, with two evaluators that mean the same.

A condition is JSON: a leaf `{"field": "company.employees", "op": "gte", "value": 200}` or a group `{"all": [...]}`,
`{"any": [...]}`, `{"none": [...]}`, nested at will. An empty condition (`{}` or `None`) holds for everybody.

`to_q` answers it in the database, `to_mask` on arrays; a hypothesis test holds them equal. Both mean:

* blank = missing = null = empty text = a value of another type than the field's;
* a statement about a blank is false, so its negation (`is_not`, `not_in`, `none`) includes blanks;
* text is compared case-folded, codes in their one spelling, numbers with 15 significant digits, dates as calendar dates;
* a field that is no longer declared is blank everywhere.

Fields are declared by the caller as a plain dict of name → `Field`.
"""

from leads.conditions.language import (
    MAX_DEPTH,
    MAX_LEAVES,
    OPERATORS,
    Field,
    Invalid,
    clean_number,
    field_names,
    fold,
    operators,
    validate,
)
from leads.conditions.masks import to_mask
from leads.conditions.sql import to_q
from leads.conditions.wording import describe

__all__ = [
    "MAX_DEPTH",
    "MAX_LEAVES",
    "OPERATORS",
    "Field",
    "Invalid",
    "clean_number",
    "describe",
    "field_names",
    "fold",
    "operators",
    "to_mask",
    "to_q",
    "validate",
]
