"""People, teams and API keys."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leads import apikeys, people, teams
from leads.admin.base import ByRole, RoleAdmin
from leads.enums import Role
from leads.models import ApiKey, Membership, Team, User

ADMINISTRATORS = (Role.ADMINISTRATOR,)

# Rights come from the role; Django's groups would promise something that nothing asks for.
admin.site.unregister(Group)


class ChangeForm(UserChangeForm):
    """An account as an administrator sees it."""

    by = None

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            probe = User(pk=self.instance.pk, role=cleaned["role"], is_active=cleaned["is_active"])
            try:
                people.check(probe, by=self.by)
            except people.Refused as error:
                raise forms.ValidationError(str(error)) from error
        return cleaned


class AddForm(AdminUserCreationForm):
    """Django's, without `autofocus`: the admin's own script focuses the first field, and Chromium complains of two."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.pop("autofocus", None)


class PasswordForm(AdminPasswordChangeForm):
    """Django's, whose warning is English in every language."""

    usable_password_help_text = _(
        "Switched off, the present password is lost and only other ways of signing in remain."
    )


class MembershipInline(ByRole, admin.StackedInline):
    """Teams on a person's page, people on a team's page."""

    model = Membership
    editors = ADMINISTRATORS
    extra = 0
    fields = (("team", "user", "takes_leads"),)


def store_memberships(formset, *, by):
    """Write what a formset says about memberships through the team's doors."""
    formset.save(commit=False)
    for membership in formset.deleted_objects:
        teams.leave(membership.team, user=membership.user, by=by)
    for membership, _changes in formset.changed_objects:
        before = Membership.objects.select_related("team", "user").get(pk=membership.pk)
        if (before.team_id, before.user_id) != (membership.team_id, membership.user_id):
            teams.leave(before.team, user=before.user, by=by)
        teams.join(membership.team, user=membership.user, by=by, takes_leads=membership.takes_leads)
    for membership in formset.new_objects:
        teams.join(membership.team, user=membership.user, by=by, takes_leads=membership.takes_leads)


@admin.register(User)
class UserAdmin(RoleAdmin, DjangoUserAdmin):
    """Accounts. They are switched off, never deleted: what they did stays theirs."""

    viewers = editors = ADMINISTRATORS
    deletes = False
    form = ChangeForm
    add_form = AddForm
    change_password_form = PasswordForm
    inlines = (MembershipInline,)
    change_form_template = "admin/leads/user/change_form.html"
    list_display = ("username", "display_name", "role", "team_names", "is_active", "last_login")
    list_filter = ("role", "is_active", "teams")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language", "time_zone")}),
        (_("Rights"), {"fields": ("role",)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Rights"), {"fields": ("role",)}),
    )

    @admin.display(description=_("name"))
    def display_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("teams"))
    def team_names(self, user):
        return ", ".join(membership.team.name for membership in user.memberships.all()) or "–"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__team")

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def store(self, request, obj, *, form, change, now):
        people.save(obj, by=request.user)

    def save_formset(self, request, form, formset, change):
        store_memberships(formset, by=request.user)

    def get_urls(self):
        link = path(
            "<path:object_id>/link/", self.admin_site.admin_view(require_POST(self.link_view)), name="leads_user_link"
        )
        return [link, *super().get_urls()]

    def link_view(self, request, object_id):
        """Show, once, the address at which the person chooses a password."""
        user = self.get_object(request, object_id)
        if user is None or not self.has_change_permission(request, user):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        try:
            arguments = people.password_link(user, by=request.user)
        except people.Refused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:leads_user_change", args=[user.pk]))
        self.log_change(request, user, [gettext("Password link made")])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Password link"),
            "opts": self.opts,
            "original": user,
            # From the settings, not from the request: a forged Host header must not get into a link.
            "link": settings.BASE_URL.rstrip("/") + reverse("password_reset_confirm", kwargs=arguments),
        }
        return TemplateResponse(request, "admin/leads/user/link.html", context)


@admin.register(Team)
class TeamAdmin(RoleAdmin):
    """Teams and who is in them: that decides who sees which leads."""

    editors = ADMINISTRATORS
    inlines = (MembershipInline,)
    list_display = ("name", "member_names")
    search_fields = ("name",)
    ordering = ("name",)

    @admin.display(description=_("members"))
    def member_names(self, team):
        return ", ".join(membership.user.display_name for membership in team.memberships.all()) or "–"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__user")

    def save_formset(self, request, form, formset, change):
        store_memberships(formset, by=request.user)

    def drop(self, request, obj, *, now):
        with transaction.atomic():
            for membership in obj.memberships.select_related("user"):
                teams.leave(obj, user=membership.user, by=request.user)
            obj.delete()


class KeyForm(forms.ModelForm):
    """What a new key may do."""

    scopes = forms.MultipleChoiceField(
        label=capfirst(_("scopes")), choices=apikeys.Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    expires_at = forms.DateTimeField(
        label=capfirst(_("expires")),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: never, until it is revoked."),
    )

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "source", "team", "expires_at")

    def clean_expires_at(self):
        moment = self.cleaned_data["expires_at"]
        if moment and moment <= timezone.now():
            raise forms.ValidationError(gettext("The key would have expired already."))
        return moment


@admin.register(ApiKey)
class ApiKeyAdmin(RoleAdmin):
    """Keys of programs: made here, shown once, ended at once."""

    deletes = False
    form = KeyForm
    change_form_template = "admin/leads/apikey/change_form.html"
    list_display = ("name", "begins_with", "scope_names", "source", "team", "last_used_at", "expires_at", "state")
    list_select_related = ("source", "team")
    search_fields = ("name", "prefix")
    ordering = ("-created_at", "-id")
    actions = ("revoke_selected",)

    @admin.display(description=_("begins with"))
    def begins_with(self, key):
        return f"{apikeys.MARK}_{key.prefix}_…"

    @admin.display(description=_("scopes"))
    def scope_names(self, key):
        return format_html("<code>{}</code>", ", ".join(key.scopes))

    @admin.display(description=_("state"))
    def state(self, key):
        if key.revoked_at:
            return gettext("revoked")
        return gettext("expired") if key.expires_at and key.expires_at <= timezone.now() else gettext("in force")

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return ()
        return ("name", "begins_with", "scope_names", "source", "team", "created_by", "created_at", "expires_at",
                "revoked_at", "last_used_at")  # fmt: skip

    def get_fields(self, request, obj=None):
        return self.get_readonly_fields(request, obj) or self.form.Meta.fields

    def get_form(self, request, obj=None, **kwargs):
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, **kwargs)

    def store(self, request, obj, *, form, change, now):
        if change:
            return
        made, obj.plain_key = apikeys.create(**form.cleaned_data, by=request.user, now=now)
        obj.pk, obj.prefix, obj.created_at = made.pk, made.prefix, made.created_at

    def response_add(self, request, obj, post_url_continue=None):
        """The only answer that ever holds the key; it goes into no message, cookie or log."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The key is ready"),
            "opts": self.opts,
            "key": obj.plain_key,
            "original": obj,
        }
        return TemplateResponse(request, "admin/leads/apikey/created.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        key = self.get_object(request, object_id)
        if request.method == "POST" and "_revoke" in request.POST and key and self.has_change_permission(request, key):
            self._revoke(request, [key])
            return HttpResponseRedirect(request.path)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.action(description=_("Revoke the selected keys"))
    def revoke_selected(self, request, queryset):
        self._revoke(request, queryset.order_by("pk"))

    def _revoke(self, request, keys):
        now = timezone.now()
        ended = [key for key in keys if apikeys.revoke(key, by=request.user, now=now)]
        for key in ended:
            self.log_change(request, key, [gettext("Revoked")])
        text = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", len(ended))
        messages.success(request, text % {"count": len(ended)})
