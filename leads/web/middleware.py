"""What every request carries: the language and time zone of whoever looks."""

import zoneinfo

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.middleware import common
from django.utils import timezone, translation


class CommonMiddleware(common.CommonMiddleware):
    """Django's, stricter: who sends a form to an address without its last slash is not led on, for that would drop the form.

    TRACE, which repeats cookies to whoever asks, is never answered.
    """

    def process_request(self, request):
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return super().process_request(request)

    def should_redirect_with_slash(self, request):
        return request.method in ("GET", "HEAD") and super().should_redirect_with_slash(request)


class ViewerMiddleware:
    """Show pages in the language and time zone of the signed-in viewer. Stands behind authentication.

    An empty language leaves the browser's choice, an empty or unknown zone that of the installation.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        zone = None
        if user.is_authenticated:
            if user.language in dict(settings.LANGUAGES):
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            zone = _zone(user.time_zone)
        with timezone.override(zone):
            return self.get_response(request)


def _zone(name):
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
