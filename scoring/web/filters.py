"""The filters of the board, by URL. Values that are not offered to the viewer are refused, never guessed."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads import tags
from leads.enums import Role, Stage
from leads.models import Campaign, Lead, Product, Source, Tag, Team, User
from scoring import board, ranking
from scoring.enums import Band

ME, NOBODY = "me", "none"
_OPEN, _CLOSED, _ALL = "open", "closed", "all"
_QUERY_LENGTH = 200


class PersonField(forms.ModelChoiceField):
    """A colleague, "me" or "none". Everybody else's id is as unknown as one that does not exist."""

    me_label, none_label = _("me"), _("nobody")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = None

    def to_python(self, value):
        if value == ME:
            return self.user
        return NOBODY if value == NOBODY else super().to_python(value)

    def label_from_instance(self, person):
        return person.display_name


class TeamField(forms.ModelChoiceField):
    """A team, or "none"."""

    none_label = _("without a team")

    def to_python(self, value):
        return NOBODY if value == NOBODY else super().to_python(value)


class PersonFilter(django_filters.ModelChoiceFilter):
    field_class = PersonField


class TeamFilter(django_filters.ModelChoiceFilter):
    field_class = TeamField


def colleagues(user):
    """The people that `user` may name: those of their own teams, or everybody for who reads all leads."""
    people = User.objects.filter(is_active=True, role__in=(Role.REP, Role.MANAGER)).order_by(
        "first_name", "last_name", "id"
    )
    return people if reads_all(user) else people.filter(pk__in=_own_people(user))


def teams(user):
    """The teams that `user` may name."""
    named = Team.objects.order_by("name")
    return named if reads_all(user) else named.filter(pk__in=user.team_ids)


def reads_all(user):
    """Sees the leads of every team."""
    return user.role in (Role.MARKETER, Role.DATA_PROTECTION, Role.ADMINISTRATOR)


def _own_people(user):
    return User.objects.filter(Q(memberships__team_id__in=user.team_ids) | Q(pk=user.pk)).values("pk")


class BoardFilter(django_filters.FilterSet):
    """Every filter is one parameter; those left out do not narrow, but the board shows open leads that are awake."""

    q = django_filters.CharFilter(label=_("Name, company or e-mail"), method="search", max_length=_QUERY_LENGTH)
    scope = django_filters.ChoiceFilter(
        label=_("Open or closed"), method="by_scope", empty_label=None,
        choices=[(_OPEN, _("open")), (_CLOSED, _("closed")), (_ALL, _("all"))],
    )  # fmt: skip
    owner = PersonFilter(label=_("Owner"), method="by_owner", queryset=User.objects.none(), empty_label=_("anybody"))
    stage = django_filters.MultipleChoiceFilter(label=_("Stage"), choices=Stage.choices)
    band = django_filters.MultipleChoiceFilter(label=_("Band"), field_name="score__band", choices=Band.choices)
    score_min = django_filters.NumberFilter(label=_("Score from"), field_name="score__score", lookup_expr="gte")
    score_max = django_filters.NumberFilter(label=_("Score up to"), field_name="score__score", lookup_expr="lte")
    product = django_filters.ModelChoiceFilter(
        label=_("Product"), method="by_product", queryset=Product.objects.order_by("name"), empty_label=_("any")
    )
    source = django_filters.ModelChoiceFilter(
        label=_("Source"), queryset=Source.objects.order_by("name"), empty_label=_("any")
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.order_by("name"), empty_label=_("any")
    )
    team = TeamFilter(label=_("Team"), method="by_team", queryset=Team.objects.none(), empty_label=_("any"))
    tag = django_filters.ModelChoiceFilter(
        label=_("Tag"), field_name="tags", queryset=Tag.objects.none(), empty_label=_("any")
    )
    active = django_filters.ChoiceFilter(
        label=_("Last activity"), method="by_activity", empty_label=_("whenever"),
        choices=[
            ("1", _("today or yesterday")), ("7", _("in the last 7 days")), ("30", _("in the last 30 days")),
            ("-30", _("not for 30 days")), ("-90", _("not for 90 days")),
        ],
    )  # fmt: skip
    snoozed = django_filters.ChoiceFilter(
        label=_("Resting"), method="by_snooze", empty_label=_("hidden"),
        choices=[("also", _("shown too")), ("only", _("only these"))],
    )  # fmt: skip
    risen = django_filters.ChoiceFilter(
        label=_("New in band A or B"),
        method="by_rise",
        empty_label=_("any"),
        choices=[("1", _("since your last visit"))],
    )

    class Meta:
        model = Lead
        fields = []

    def __init__(self, data, *, request, now, since):
        self.user, self.now, self.since = request.user, now, since
        super().__init__(data, Lead.objects.visible_to(request.user), request=request)
        offered = self.form.fields
        offered["owner"].queryset, offered["owner"].user = colleagues(self.user), self.user
        offered["team"].queryset = teams(self.user)
        offered["tag"].queryset = tags.known_to(self.user)
        for name in ("score_min", "score_max"):
            offered[name].min_value, offered[name].max_value = 1, 100

    def narrowed(self):
        """The leads asked for. Parameters that mean nothing are left out; `ignored` names them."""
        valid = self.form.is_valid()
        chosen = self.form.cleaned_data
        if not valid:
            for name in self.form.fields:
                chosen.setdefault(name, None)
        leads = self.filter_queryset(self.queryset.all())
        if not chosen.get("scope"):
            leads = leads.open()
        return leads if chosen.get("snoozed") else leads.awake(self.now)

    @property
    def ignored(self):
        """Labels of the filters whose value was refused."""
        return [str(self.form.fields[name].label) for name in self.form.errors if name in self.form.fields]

    def search(self, leads, name, value):
        return leads.filter(matching(value))

    def by_scope(self, leads, name, value):
        return {_OPEN: leads.open, _CLOSED: leads.closed, _ALL: leads.all}[value]()

    def by_owner(self, leads, name, value):
        return leads.filter(owner__isnull=True) if value == NOBODY else leads.filter(owner=value)

    def by_team(self, leads, name, value):
        return leads.without_team() if value == NOBODY else leads.filter(team=value)

    def by_product(self, leads, name, value):
        return leads.filter(Q(score__top_product=value) | Q(product=value))

    def by_activity(self, leads, name, value):
        days = int(value)
        midnight = board.start_of_day(self.now)
        if days > 0:
            return leads.filter(last_activity_at__gte=midnight - timedelta(days=days))
        return leads.filter(Q(last_activity_at__lt=midnight + timedelta(days=days)) | Q(last_activity_at__isnull=True))

    def by_snooze(self, leads, name, value):
        return leads.filter(snoozed_until__gt=self.now) if value == "only" else leads

    def by_rise(self, leads, name, value):
        open_leads = self.queryset.open().awake(self.now)
        many = board.count(open_leads) > ranking.FEW
        return leads.filter(pk__in=board.risen(open_leads, since=self.since, many=many).order_by().values("pk"))


def matching(text):
    """Leads whose name, company or address contains every word of `text`, without regard to case."""
    found = Q()
    for word in text.casefold().split()[:6]:
        found &= (
            Q(contact__name_folded__contains=word)
            | Q(contact__company__name_folded__contains=word)
            | Q(contact__email__icontains=word)
        )
    return found
