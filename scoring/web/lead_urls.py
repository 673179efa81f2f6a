"""Addresses of the lead page and the company page, and of what is changed on them."""

from django.urls import include, path

from scoring.web import company, lead

urlpatterns = [
    path("", include("leads.web.record_urls")),
    path("leads/<int:lead_id>/", lead.lead_page, name="lead"),
    path("companies/<int:company_id>/", company.company_page, name="company"),
]
