"""Accounts: who may sign in and as what. Only administrators decide that."""

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext

from leads.enums import Role
from leads.models import User


class Refused(Exception):
    """This change of an account is not possible. The message says why to the user."""


def check(user, *, by):
    """Raise `Refused` unless `by` may store `user` as it is now.

    Only administrators touch accounts, and one active administrator always remains.
    """
    if not by.has_perm("leads.manage_people"):
        raise Refused(gettext("Only administrators can change accounts."))
    stays = user.is_active and user.role == Role.ADMINISTRATOR
    others = User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exclude(pk=user.pk)
    if user.pk and not stays and not others.exists():
        raise Refused(gettext("One active administrator must remain."))


def save(user, *, by):
    """Store an account. Raises `Refused`."""
    check(user, by=by)
    # Rights come from the role alone; Django's own switches would bypass it.
    user.is_staff = user.is_superuser = False
    user.save()


def password_link(user, *, by):
    """The arguments of the address at which `user` chooses a password, good once and for a while. Raises `Refused`."""
    if not by.has_perm("leads.manage_people") or not user.is_active:
        raise Refused(gettext("Only administrators can make such a link, and only for active accounts."))
    return {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": default_token_generator.make_token(user)}
