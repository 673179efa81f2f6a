"""Bearer keys at the edge: who is calling, and may they do this."""

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer

from leads import apikeys


class Key(HttpBearer):
    """Lets a request in whose key has the scope; the `ApiKey` is then `request.auth`.

    401 without a key in force, 403 with one that lacks the scope.
    """

    def __init__(self, scope):
        super().__init__()
        self._scope = scope

    def authenticate(self, request, token):
        key = apikeys.authenticate(token, now=timezone.now())
        if key is None:
            raise AuthenticationError(message=_("This key is not valid."))
        if not apikeys.may(key, self._scope):
            raise HttpError(403, _("This key lacks the scope %(scope)s.") % {"scope": self._scope.value})
        return key
