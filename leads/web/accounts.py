"""Signing in and out, passwords, and the profile."""

import datetime as dt
import math
import types
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leads.demo_people import PEOPLE
from leads.enums import Role
from leads.models import User
from leads.web import errors, notices
from leads.web.zones import LongSelect, zone_choices


def _with_class(form, css="input"):
    """Give the text fields of a form of Django's the class of our style sheet."""
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", css)
    return form


class LoginForm(auth_forms.AuthenticationForm):
    wrong = gettext_lazy("Name and password do not match. Check both; capitals count in the password.")
    error_messages = types.MappingProxyType({"invalid_login": wrong, "inactive": wrong})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _with_class(self)
        self.fields["username"].label = _("Name")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


@method_decorator(never_cache, name="dispatch")
class LoginView(auth_views.LoginView):
    """The sign-in page. In the demo it shows one button per invented person."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"demo_people": demo_people()}


def demo_people():
    """The invented people of the demo with their password, reps first; empty outside the demo."""
    if not settings.VORSPRUNG_DEMO:
        return []
    found = User.objects.filter(username__in=[person.username for person in PEOPLE], is_active=True)
    users = {user.username: user for user in found}
    return [
        {
            "user": users[person.username],
            "password": person.password,
            "does": _what_for(users[person.username].role),
        }
        for person in PEOPLE
        if person.username in users
    ]


def _what_for(role):
    return {
        Role.REP: _("works leads of one team"),
        Role.MANAGER: _("sees all teams"),
        Role.MARKETER: _("changes weights"),
        Role.ADMINISTRATOR: _("sets everything up"),
        Role.DATA_PROTECTION: _("reads only"),
    }[role]


def locked_out(request, original_response=None, credentials=None):
    """What django-axes shows after too many wrong passwords; the same whether or not the name exists."""
    cooloff = settings.AXES_COOLOFF_TIME
    hours = cooloff / dt.timedelta(hours=1) if isinstance(cooloff, dt.timedelta) else float(cooloff or 0)
    return errors.too_many_requests(request, minutes=math.ceil(hours * 60) or None)


class ResetForm(auth_forms.PasswordResetForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _with_class(self)
        self.fields["email"].label = _("E-mail")

    def send_mail(self, subject_template_name, email_template_name, context, from_email, to_email, **kwargs):
        """Write in the language of the person who gets the mail, not of whoever asked for it."""
        with translation.override(context["user"].language or translation.get_language()):
            super().send_mail(subject_template_name, email_template_name, context, from_email, to_email, **kwargs)


class _RedirectThen(HttpResponseRedirect):
    """A redirect after which something else is done, when the visitor has the answer already."""

    def __init__(self, to, afterwards):
        super().__init__(to)
        self._afterwards = afterwards

    def close(self):
        self._afterwards()
        super().close()


class PasswordResetView(auth_views.PasswordResetView):
    """Ask for a link to a new password. Known and unknown addresses get the same answer, equally fast.

    The mail is therefore sent after the answer. Its link begins with the configured base URL: the request's Host header
    could be forged.
    """

    form_class = ResetForm
    email_template_name = "emails/password_reset.txt"
    html_email_template_name = "emails/password_reset.html"
    subject_template_name = "emails/password_reset_subject.txt"

    def form_valid(self, form):
        base = urlsplit(settings.BASE_URL)

        def send():
            form.save(
                domain_override=base.netloc,
                use_https=base.scheme == "https",
                token_generator=self.token_generator,
                subject_template_name=self.subject_template_name,
                email_template_name=self.email_template_name,
                html_email_template_name=self.html_email_template_name,
                request=self.request,
                extra_email_context={"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
            )

        return _RedirectThen(self.get_success_url(), send)


class NewPasswordForm(auth_forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _with_class(self)


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    """Where a new password is chosen. Its address is a secret, and not for search engines.

    Other sites do not learn it either (`SECURE_REFERRER_POLICY`). "no-referrer" would make browsers send the form with
    "Origin: null", which the CSRF check refuses.
    """

    form_class = NewPasswordForm

    def dispatch(self, *args, **kwargs):
        response = super().dispatch(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class ChangePasswordForm(auth_forms.PasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _with_class(self)


class PasswordChangeView(auth_views.PasswordChangeView):
    """A new password for the signed-in viewer; all their other sessions end."""

    form_class = ChangePasswordForm
    success_url = reverse_lazy("profile")

    def form_valid(self, form):
        response = super().form_valid(form)
        notices.done(self.request, _("Password changed. You are signed out everywhere else."))
        return response


class ProfileForm(forms.ModelForm):
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("A link for a new password goes to this address."),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
    )
    shortcuts_enabled = forms.BooleanField(
        label=gettext_lazy("Keyboard shortcuts"),
        help_text=gettext_lazy(
            "Single keys such as j, k and a. Switch them off if you dictate or they get in the way."
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "switch", "role": "switch"}),
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "language", "time_zone", "shortcuts_enabled")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        languages = [
            (code, translation.get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            required=False,
            choices=[("", _("As in my browser")), *languages],
            widget=forms.Select(attrs={"class": "input"}),
        )
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[
                ("", _("As for everybody (%(zone)s)") % {"zone": settings.TIME_ZONE}),
                *zone_choices(now, keep=self.instance.time_zone),
            ],
            widget=LongSelect(attrs={"class": "input"}),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_post_parameters()
def profile(request):
    """The viewer's own name, address, language, time zone and shortcuts."""
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user, now=timezone.now())
    if request.method == "POST" and form.is_valid():
        form.save()
        return _saved(request, user)
    return render(request, "registration/profile.html", {"form": form}, status=422 if form.is_bound else 200)


def _saved(request, user):
    """Back to the profile in the language just chosen, which the sign-in page keeps after signing out."""
    response = redirect("profile")
    if user.language:
        translation.activate(user.language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=31_536_000,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    notices.done(request, _("Profile saved."))
    return response
