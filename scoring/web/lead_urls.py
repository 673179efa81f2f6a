"""Addresses of the lead page and the company page."""

from django.urls import path

from scoring.web import company, lead

urlpatterns = [
    path("leads/<int:lead_id>/", lead.lead_page, name="lead"),
    path("companies/<int:company_id>/", company.company_page, name="company"),
]
