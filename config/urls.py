"""All addresses. Pages belong to the highest app whose data they show."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
