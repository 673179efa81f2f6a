"""The admin site itself; apart from `config.admin`, which Django imports before the models are there."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

# By what somebody comes for, not by the app in which a model happens to live.
_SECTIONS = (
    (_("Scoring"), ("Scorecard", "Signal", "CustomField")),
    (_("Where leads come from"), ("Source", "Campaign", "Product", "ImportRun")),
    (_("People and access"), ("User", "Team", "ApiKey")),
    (_("Contacts"), ("Contact", "Company", "DuplicatePair")),
    (_("Records"), ("Interaction", "Deal", "StageChange", "FieldChange", "Score", "ConsentEvent", "Suppression")),
)

# What Django's admin says about accounts and its own catalogues leave in English. Named here, so that ours carry it.
DJANGO_TEXTS = (
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Conflicting form data submitted. Please try again."),
    gettext_noop("Disable password-based authentication"),
    gettext_noop("Disabled"),
    gettext_noop("Enable password-based authentication for this user by setting a password."),
    gettext_noop("Enable password-based authentication"),
    gettext_noop("Enabled"),
    gettext_noop("Password-based authentication was disabled."),
    gettext_noop("Password-based authentication"),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop("Reset password"),
    gettext_noop("Set password"),
    gettext_noop("Set password: %s"),
    gettext_noop("This action will <strong>enable</strong> password-based authentication for this user."),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
        "authenticate using other backends, such as Single Sign-On or LDAP."
    ),
)


class VorsprungAdminSite(admin.AdminSite):
    """Django's admin, closed to everybody whose work is not to configure the product."""

    site_header = _("Vorsprung administration")
    site_title = _("Vorsprung")
    index_title = _("Configure scoring, sources and people")

    def has_permission(self, request):
        """True for active marketers and administrators; nobody else learns that the page exists for them."""
        return request.user.is_active and getattr(request.user, "may_configure", False)

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """There is one sign-in page for everything. Who is signed in and has no business here finds nothing."""
        if self.has_permission(request):
            return super().login(request, extra_context)
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def get_app_list(self, request, app_label=None):
        """The index in sections; what no section names stands at the end of its app."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        sections = []
        for name, members in _SECTIONS:
            found = [models.pop(member) for member in members if member in models]
            if found:
                sections.append(
                    {"name": name, "app_label": "", "app_url": "", "has_module_perms": True, "models": found}
                )
        for app in apps:
            app["models"] = [model for model in app["models"] if model["object_name"] in models]
        return sections + [app for app in apps if app["models"]]
