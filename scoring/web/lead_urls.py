"""Addresses of the lead page and the company page, and of what is changed on them."""

from django.urls import include, path

from leads.web import deals
from scoring.web import actions, company, lead

urlpatterns = [
    path("", include("leads.web.record_urls")),
    path("leads/<int:lead_id>/", lead.lead_page, name="lead"),
    # How long who says no is left in peace, the live scorecard says.
    path("deals/<int:deal_id>/lost/", deals.lose, {"cooldown_days": actions.cooldown_days}, name="deal-lose"),
    path("companies/<int:company_id>/", company.company_page, name="company"),
]
