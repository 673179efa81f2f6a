"""All addresses. Pages belong to the highest app whose data they show."""

from django.contrib import admin
from django.urls import include, path, re_path

from config import metrics
from config.api import api, missing

handler400 = "leads.web.errors.bad_request"
handler403 = "leads.web.errors.forbidden"
handler404 = "leads.web.errors.not_found"
handler500 = "leads.web.errors.server_error"

urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("api/v1/", api.urls),
    re_path("^api/v1/", missing, name="api-missing"),
    path("", include("leads.web.urls")),
    path("", include("scoring.web.urls")),
    path("admin/", admin.site.urls),
]
