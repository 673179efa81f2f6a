"""All icons of the interface as one SVG sprite.

The line icons come out of the installed `lucide` package when the process first needs them, so no copy of them lies in
the tree; our own signs (mark, stage rings, pips, triangles) stand in `signs.svg` beside this file. The address of the
sprite carries a digest of its bytes, so a browser may keep it for ever.
"""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

SVG = "http://www.w3.org/2000/svg"
SIGNS = Path(__file__).with_name("signs.svg")

# our name -> name in lucide; templates speak of what is meant, so that a drawing can be exchanged in one place
LINES = {
    "add": "plus",
    "alert": "triangle-alert",
    "archive": "archive",
    "arrow-right": "arrow-right",
    "asset": "file-text",
    "assign": "user-check",
    "bell": "bell",
    "board": "list-ordered",
    "bookmark": "bookmark",
    "calendar": "calendar",
    "call": "phone",
    "campaign": "megaphone",
    "chat": "message-circle",
    "check": "check",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "chevron-up": "chevron-up",
    "clock": "clock",
    "close": "x",
    "company": "building-2",
    "contact": "contact",
    "copy": "copy",
    "custom": "zap",
    "demo": "presentation",
    "download": "download",
    "edit": "pencil",
    "event": "ticket",
    "external": "external-link",
    "eye": "eye",
    "filter": "list-filter",
    "flag": "flag",
    "followups": "circle-check",
    "form": "clipboard-list",
    "help": "circle-question-mark",
    "history": "history",
    "home": "house",
    "info": "info",
    "key": "key-round",
    "language": "languages",
    "link": "link",
    "live": "radio",
    "lock": "lock",
    "logout": "log-out",
    "mail": "mail",
    "mail-click": "mouse-pointer-click",
    "mail-open": "mail-open",
    "meeting": "users",
    "menu": "menu",
    "minus": "minus",
    "more": "ellipsis",
    "newsletter": "newspaper",
    "note": "sticky-note",
    "page": "file",
    "pipeline": "columns-3",
    "preferences": "sliders-horizontal",
    "product": "package",
    "profile": "circle-user",
    "refresh": "refresh-cw",
    "reply": "reply",
    "reports": "chart-column",
    "rest": "moon",
    "score": "gauge",
    "search": "search",
    "settings": "settings",
    "shield": "shield-check",
    "social": "share-2",
    "sort": "arrow-up-down",
    "source": "log-in",
    "star": "star",
    "stop": "circle-slash",
    "tag": "tag",
    "target": "target",
    "team": "users",
    "undo": "undo-2",
    "upload": "upload",
    "video": "circle-play",
    "webinar": "monitor-play",
    "write": "send",
}


class UnknownIcon(Exception):
    """A template asked for an icon that is not in the sprite."""


def _line_symbol(name, drawing):
    """A lucide drawing as a `<symbol>`: its shapes without the stroke settings, which the style sheet gives."""
    source = ElementTree.fromstring(drawing)  # noqa: S314 - out of an installed package
    symbol = ElementTree.Element(f"{{{SVG}}}symbol", {"id": name, "viewBox": "0 0 24 24"})
    for shape in source:
        symbol.append(ElementTree.Element(f"{{{SVG}}}{shape.tag.rpartition('}')[2]}", dict(shape.attrib)))
    return symbol


@cache
def _sprite():
    ElementTree.register_namespace("", SVG)
    root = ElementTree.parse(SIGNS).getroot()  # noqa: S314 - our own file
    # lucide's own function reads the whole archive for each icon: a second and a half before the first page.
    with (resources.files("lucide") / "lucide.zip").open("rb") as archive, ZipFile(archive) as drawings:
        for name, drawing in sorted(LINES.items()):
            root.append(_line_symbol(name, drawings.read(f"{drawing}.svg")))
    body = ElementTree.tostring(root, encoding="utf-8")
    names = frozenset(symbol.get("id") for symbol in root)
    return body, hashlib.sha256(body).hexdigest()[:12], names


@cache
def address(name):
    """URL of the icon `name` inside the sprite. Raises `UnknownIcon`."""
    _, digest, names = _sprite()
    if name not in names:
        raise UnknownIcon(f"No icon is called {name!r}; add it to leads/web/icons.py")
    return f"{reverse('icons', kwargs={'digest': digest})}#{name}"


@require_safe
def icons(request, digest):
    """The sprite. A page from before an update asks by an old digest: it gets today's drawings, but may not keep them."""
    body, current, _ = _sprite()
    response = HttpResponse(body, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable" if digest == current else "no-cache"
    return response
