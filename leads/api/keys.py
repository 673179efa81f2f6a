"""Bearer keys at the edge: who is calling, may they do this, and not too often?"""

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer

from leads import apikeys
from leads.api import limits


class Key(HttpBearer):
    """Lets a request in whose key has the scope; the `ApiKey` is then `request.auth`.

    401 without a key in force, 403 with one that lacks the scope; where requests are counted, 429 for too many.
    """

    def __init__(self, scope, *, is_counted=False):
        super().__init__()
        self.scope = scope
        self._is_counted = is_counted

    def authenticate(self, request, token):
        key = apikeys.authenticate(token, now=timezone.now())
        if key is None:
            raise AuthenticationError(message=_("This key is not valid."))
        if not apikeys.may(key, self.scope):
            raise HttpError(403, _("This key lacks the scope %(scope)s.") % {"scope": self.scope.value})
        if self._is_counted:
            limits.check(key)
        return key
