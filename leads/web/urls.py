"""Addresses of accounts, health and help. Names are Django's own where Django has one."""

from django.contrib.auth import views as auth_views
from django.urls import include, path
from django.views.i18n import set_language

from leads.web import accounts, health, icons, newlead, notifications, pages

urlpatterns = [
    path("login/", accounts.LoginView.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("password/reset/", accounts.PasswordResetView.as_view(), name="password_reset"),
    path("password/reset/sent/", auth_views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "password/reset/<uidb64>/<token>/", accounts.PasswordResetConfirmView.as_view(), name="password_reset_confirm"
    ),
    path("password/reset/done/", auth_views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("password/change/", accounts.PasswordChangeView.as_view(), name="password_change"),
    path("profile/", accounts.profile, name="profile"),
    path("language/", set_language, name="set_language"),
    path("help/", pages.help_page, name="help"),
    path("notifications/", notifications.notifications_page, name="notifications"),
    path("notifications/read/", notifications.mark_read, name="notifications-read"),
    path("leads/new/", newlead.new_lead, name="lead-new"),
    path("", include("leads.web.imports_urls")),
    path("icons/<str:digest>.svg", icons.icons, name="icons"),
    path("healthz", health.live, name="healthz"),
    path("healthz/live", health.live, name="healthz_live"),
    path("healthz/ready", health.ready, name="healthz_ready"),
]
