"""The least a page of ranked leads can be: the frame and the columns of the board, as they are stored, in a plain loop.

Also the addresses of an installation with this page beside its own.
"""

from functools import cache

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from leads.enums import Role
from leads.models import FollowUp
from scoring.models import Score

PAGE = 50

_SOURCE = """{% extends "base.html" %}{% block content %}<h1>Leads</h1><table>
<tr><th>#</th><th>Name</th><th>Score</th><th>Why</th><th>Product</th><th>Last activity</th><th>Next</th></tr>
{% for score in scores %}{% with lead=score.lead %}<tr><td>{{ forloop.counter }}</td>
<td><a href="{% url 'lead' score.lead_id %}">{{ lead.contact.display_name }}</a>
{{ lead.contact.company.name }} {{ lead.contact.job_title }}</td>
<td>{{ score.score }} {{ score.band }}</td>
<td>{{ score.lines.0.rule }} {{ score.lines.1.rule }} {{ score.lines.2.rule }}</td>
<td>{{ score.top_product.name }} {{ lead.get_stage_display }}</td>
<td>{{ lead.last_activity_at|date:"D j M" }} {{ lead.last_activity_kind }}</td>
<td>{{ lead.pending.0.kind }} {{ lead.pending.0.due_at|date:"D j M" }} {{ lead.owner.display_name }}</td></tr>
{% endwith %}{% endfor %}</table>{% endblock %}"""


@login_required
def bare(request):
    """The strongest open leads that the viewer may see: one query, and one for their follow-ups."""
    scope = {"lead__team__in": request.user.team_ids} if request.user.role == Role.REP else {}
    pending = Prefetch("lead__follow_ups", FollowUp.objects.pending().order_by("due_at"), to_attr="pending")
    scores = Score.objects.filter(lead__closed_at__isnull=True, **scope).defer("products").prefetch_related(pending)
    scores = scores.select_related("lead__contact__company", "lead__owner", "top_product").order_by("-score", "lead_id")
    return HttpResponse(_template().render({"scores": scores[:PAGE], "section": "board"}, request))


@cache
def _template():
    return engines["django"].from_string(_SOURCE)


urlpatterns = [path("bench/bare/", bare), path("", include("config.urls"))]
