"""Which column means what: named by a person, or guessed from header and content."""

from dataclasses import dataclass, field

from django.utils.translation import gettext

from leads import customfields
from leads.enums import Entity, FieldType, ImportKind, KnownAt
from leads.importing import cells, dates, kinds, presets, profiling
from leads.importing.targets import Target, plain
from leads.models import CustomField


class Fault(Exception):
    """The caller asked for something that this file or installation does not have. The message says it in one line."""


@dataclass
class Options:
    """What the caller said about the file; columns by their header, `COLUMN=VALUE` as text.

    `hash_id` gives rows without address and id one made of what they say. `legal_basis` and `proof` are what consents in the
    file rest on; without both none is taken over. `art14` sets a follow-up for everybody whose data did not come from
    themselves. `dates` is day-first or month-first, `decimal` the decimal sign, where the file does not tell. `status` is that
    of all deals of a file that does not say it, `interaction` the kind of all interactions.
    """

    kind: str = ImportKind.LEADS.value
    preset: str = ""
    id_column: str = ""
    maps: list = field(default_factory=list)
    outcome: str = ""
    lost: list = field(default_factory=list)
    sales_fields: list = field(default_factory=list)
    hash_id: bool = False
    legal_basis: str = ""
    proof: str = ""
    art14: bool = False
    dates: str = ""
    decimal: str = ""
    status: str = ""
    interaction: str = ""


@dataclass
class Column:
    """One column: `target` is where its values go, `custom` the custom field that keeps them, if any.

    `system` is the source whose ids an id column speaks of, "" for that of the import.
    """

    position: int
    name: str
    target: Target | None = None
    custom: CustomField | None = None
    is_outcome: bool = False
    decimal: str = ""
    date_format: str = ""
    is_used: bool = True
    system: str = ""

    @property
    def field_names(self):
        """The names of all fields that these values fill."""
        if self.target is not None and self.target.name == "email":
            return ["contact.email", "contact.email_domain", "contact.is_free_mail", "contact.is_disposable"]
        return [self.field_name] if self.field_name else []

    @property
    def field_name(self):
        """The name that conditions use for these values, or ""."""
        if self.custom is not None:
            return f"{self.custom.entity}.custom.{self.custom.key}"
        if self.target is None or self.target.group not in ("contact", "company"):
            return ""
        return self.target.name if self.target.group == "company" else f"contact.{self.target.name}"


@dataclass
class Mapping:
    """All columns, and how the outcome of a row is read.

    `won` and `lost` map column positions to folded values. Without any `lost`, every other non-blank outcome is lost;
    with it, only what it names. `rules` are the options that every row needs.
    """

    columns: list
    kind: str = ImportKind.LEADS.value
    rules: dict = field(default_factory=dict)
    won: dict = field(default_factory=dict)
    lost: dict = field(default_factory=dict)

    def target(self, name):
        """The column that goes to a target, or None."""
        return next((column for column in self.columns if column.target and column.target.name == name), None)


_RULES = ("hash_id", "legal_basis", "proof", "art14", "status", "interaction")


def decide(header, profiles, options):
    """The `Mapping` of a file. Declares the custom fields it needs. Raises `Fault`."""
    if options.dates and options.dates not in dates.STYLES:
        raise Fault(gettext("--dates: day-first or month-first."))
    columns = [Column(position, name) for position, name in enumerate(header)]
    rules = {name: getattr(options, name) for name in _RULES if getattr(options, name)}
    mapping = Mapping(columns, kind=str(options.kind), rules=rules)
    fixed = _named_by_hand(mapping, options)
    sales = {_column(mapping, name, option="--sales-field").position for name in options.sales_fields}
    if options.preset:
        sales |= _preset(mapping, profiles, options, fixed)
    _guess(mapping, profiles, fixed)
    missing = kinds.of(mapping.kind).missing(mapping)
    if missing:
        raise Fault(missing)
    _declare_custom_fields(mapping, profiles, sales, fixed)
    for column in columns:
        profile = profiles[column.position]
        column.decimal = options.decimal or profile.decimal
        if column.target is not None and column.target.reads in cells.DATES:
            column.date_format = _date_format(profile, options)
        elif column.custom is not None and column.custom.type == FieldType.DATE:
            column.date_format = profile.date_format(style=options.dates) or profile.date_format(
                share=0.5, style=options.dates
            )
    return mapping


def _date_format(profile, options):
    """The format of a column that is known to hold dates."""
    strict = profile.date_format(style=options.dates, with_numbers=True)
    return strict or profile.date_format(share=0.5, style=options.dates, with_numbers=True)


def _preset(mapping, profiles, options, fixed):
    """Apply what a preset knows of these headers, behind what was named by hand; returns the columns that sales fill in."""
    preset = presets.find(options.preset)
    if preset is None:
        raise Fault(
            gettext("--preset: there is no preset “%(name)s”. Presets: %(known)s")
            % {"name": options.preset[:40], "known": ", ".join(presets.names(mapping.kind))}
        )
    by_header = {}
    for column in mapping.columns:
        by_header.setdefault(plain(column.name), column)
    found = 0
    for header, name in preset.columns.get(mapping.kind, {}).items():
        column = by_header.get(header)
        if column is None:
            continue
        found += 1
        target, system = kinds.by_name(mapping.kind, name)
        # An empty id column still says that ids of its source may stand here.
        if not profiles[column.position].filled and target.group != "link":
            continue
        if column.position in fixed or (mapping.target(target.name) and not target.is_repeatable):
            continue
        column.target, column.system = target, system
        fixed[column.position] = ""
    if not found:
        raise Fault(
            gettext("--preset: this does not look like an export of %(label)s: none of its columns is there.")
            % {"label": preset.label}
        )
    for header, kind in preset.interactions.items():
        if header in by_header:
            mapping.rules.setdefault("interaction", kind)
    if not (mapping.won or mapping.lost):
        for known, kept in ((preset.won, mapping.won), (preset.lost, mapping.lost)):
            for header, values in known.items():
                column = by_header.get(header)
                if column is not None and mapping.kind == ImportKind.LEADS:
                    kept[column.position] = set(values)
                    column.is_outcome, fixed[column.position] = True, ""
    return {by_header[header].position for header in preset.sales if header in by_header} - set(fixed)


def _named_by_hand(mapping, options):
    """Apply what the caller named; returns position → custom field name for columns mapped to custom fields."""
    fixed = {}
    for text in options.maps:
        column, name = _assignment(mapping, text, option="--map")
        custom = name.strip().casefold()
        if custom.partition(".")[0] in Entity.values and custom.split(".")[1:2] == ["custom"]:
            try:
                customfields.check_key(custom.split(".", 2)[-1])
            except customfields.Refused as fault:
                raise Fault(f"--map: {fault}") from None
            fixed[column.position] = custom
            continue
        target, column.system = kinds.by_name(mapping.kind, name)
        if target is None:
            raise Fault(
                gettext("--map: there is no field “%(name)s”. Possible: %(possible)s, contact.custom.KEY.")
                % {"name": name.strip()[:60], "possible": ", ".join(kinds.targets(mapping.kind))}
            )
        _take(mapping, column, target, option="--map")
        fixed[column.position] = ""
    if options.id_column:
        column = _column(mapping, options.id_column, option="--id")
        _take(mapping, column, kinds.id_target(mapping.kind), option="--id")
        fixed[column.position] = ""
    if options.outcome:
        column, value = _assignment(mapping, options.outcome, option="--outcome")
        mapping.won.setdefault(column.position, set()).add(value.strip().casefold())
    for text in options.lost:
        column, value = _assignment(mapping, text, option="--lost")
        mapping.lost.setdefault(column.position, set()).add(value.strip().casefold())
    for position in [*mapping.won, *mapping.lost]:
        # The outcome must not come back as a field that predicts it.
        mapping.columns[position].is_outcome = True
        fixed[position] = ""
    return fixed


def _take(mapping, column, target, *, option):
    other = mapping.target(target.name)
    if other is not None and other is not column and not target.is_repeatable:
        raise Fault(
            gettext("%(option)s: “%(first)s” and “%(second)s” cannot both be %(field)s.")
            % {"option": option, "first": other.name, "second": column.name, "field": target.name}
        )
    column.target = target


def _column(mapping, name, *, option):
    """The column with this header, exactly or else case-folded. Raises `Fault`."""
    name = " ".join(name.split())
    for same in (lambda header: header == name, lambda header: header.casefold() == name.casefold()):
        found = [column for column in mapping.columns if same(column.name)]
        if found:
            return found[0]
    known = ", ".join(column.name for column in mapping.columns)
    known = known if len(known) <= 400 else f"{known[:400]}…"
    raise Fault(
        gettext("%(option)s: there is no column “%(name)s”. Columns: %(known)s")
        % {"option": option, "name": name[:60], "known": known}
    )


def _assignment(mapping, text, *, option):
    """(column, right side) of `COLUMN=VALUE`; the header itself may contain equals signs."""
    parts = text.split("=")
    if len(parts) < 2:
        raise Fault(gettext("%(option)s needs COLUMN=VALUE, not “%(text)s”.") % {"option": option, "text": text[:60]})
    fault = None
    for cut in range(1, len(parts)):
        try:
            column = _column(mapping, "=".join(parts[:cut]), option=option)
        except Fault as error:
            fault = fault or error
            continue
        value = "=".join(parts[cut:])
        if not value.strip():
            raise Fault(gettext("%(option)s: the value after “=” is missing.") % {"option": option})
        return column, value
    raise fault


# The header says what is meant. A few odd cells must not turn the whole column into something else: their rows are rejected.
_CONTENT = {
    "email": (profiling.is_email, 0.5),
    "country": (profiling.is_country, 0.6),
    "company.country": (profiling.is_country, 0.6),
    "company.employees": (profiling.is_whole_number, 0.6),
    "opt_out.email": (profiling.is_flag, 1.0),
    "opt_out.phone": (profiling.is_flag, 1.0),
    "consent.email": (profiling.is_flag, 1.0),
    "consent.phone": (profiling.is_flag, 1.0),
}


def _guess(mapping, profiles, fixed):
    """Give the columns that nobody named a target, if header and content agree on one."""
    for column in sorted(mapping.columns, key=lambda column: _preference(mapping, column)):
        if column.position in fixed:
            continue
        target = kinds.by_header(mapping.kind, column.name)
        profile = profiles[column.position]
        if target is None or not (profile.filled or target.name == "skip"):
            continue
        if mapping.target(target.name) is not None and not target.is_repeatable:
            continue
        if _content_fits(target, profile):
            column.target = target
    email = kinds.targets(mapping.kind).get("email")
    if email is not None and mapping.target("email") is None:
        for column in mapping.columns:
            free = column.target is None and column.position not in fixed
            if free and profiles[column.position].share(profiling.is_email) >= 0.9:
                column.target = email
                break


def _preference(mapping, column):
    target = kinds.by_header(mapping.kind, column.name)
    return target.headers.index(plain(column.name)) if target else 0


def _content_fits(target, profile):
    if target.reads == "id":
        return profile.is_unique
    if target.reads == "ids":
        return True
    if target.name in _CONTENT:
        test, share = _CONTENT[target.name]
        return profile.share(test) >= share
    if target.name == "skip":
        return True
    if target.reads in cells.DATES:
        return bool(_date_format(profile, Options()))
    if target.reads in ("money", "number"):
        return profile.share(profiling.is_money) >= 0.5
    if profile.share(profiling.is_email) >= 0.5:
        return False
    # Names and titles are words; a column of numbers or flags that is called like them is something else.
    return target.name == "phone" or profiling.type_of(profile) in (FieldType.TEXT, FieldType.CHOICE)


def _declare_custom_fields(mapping, profiles, sales, fixed):
    entity_of_all = kinds.of(mapping.kind).CUSTOM
    if entity_of_all is None:
        for column in mapping.columns:
            column.is_used = column.target is not None or column.is_outcome
        return
    known = list(CustomField.objects.filter(entity=entity_of_all).order_by("id"))
    by_label = {item.label.casefold(): item for item in reversed(known)}
    taken = set()
    for column in mapping.columns:
        profile = profiles[column.position]
        wanted = fixed.get(column.position)
        is_plain = wanted is None and (column.target is None or column.target.group in ("opt_out", "consent"))
        if not (wanted or is_plain):
            if column.position in sales and not column.is_outcome:
                raise Fault(
                    gettext("--sales-field: “%(name)s” is a field of its own, not a custom field.")
                    % {"name": column.name}
                )
            continue
        if not profile.filled:
            column.is_used = False
            continue
        entity, key = (Entity(wanted.split(".")[0]), wanted.split(".")[2]) if wanted else (entity_of_all, "")
        existing = None if wanted else by_label.get(column.name[:120].casefold())
        if existing is None or existing.pk in taken:
            existing = _define(column, profile, entity=entity, key=key, taken=taken, wanted=wanted)
        taken.add(existing.pk)
        if column.position in sales and existing.known_at != KnownAt.SALES:
            existing.known_at = KnownAt.SALES
            existing.save(update_fields=["known_at"])
        column.custom = existing


def _define(column, profile, *, entity, key, taken, wanted):
    type_ = profiling.type_of(profile)
    base = key or customfields.key_for(column.name)
    choices = sorted(value.strip() for value in profile.values) if type_ == FieldType.CHOICE else ()
    for number in range(1, 1000):
        candidate = base if number == 1 else f"{base[:55]}_{number}"
        try:
            found = customfields.define(
                entity=entity, key=candidate, label=column.name, type=type_, known_at=KnownAt.UNKNOWN, choices=choices
            )
        except customfields.Refused as fault:
            raise Fault(str(fault)) from None
        if wanted or (found.pk not in taken and found.label.casefold() == column.name[:120].casefold()):
            return found
    raise Fault(gettext("The column “%(name)s” has no free key.") % {"name": column.name})
