"""A community's four numbers -> the few lines of style, the icon and the manifest that make a page look like its own.

The numbers stand in the addresses, so these answers never change, need no database and are kept for a year.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.generic import View

from accounts.models import Community
from accounts.outbox.colours import hexadecimal

FOR_EVER = "public, max-age=31536000, immutable"
# What --chroma and --chroma-accent may be, in hundredths; beyond, words could not be read.
STRENGTHS, ACCENT_STRENGTHS, TURN = range(50, 101), range(60, 101), 360
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    "<style>.b{{fill:{day}}}@media (prefers-color-scheme:dark){{.b{{fill:{night}}}}}</style>"
    '<path class="b" d="M9 3h22a7 7 0 0 1 7 7v14a7 7 0 0 1-7 7H19l-8.5 7v-7H9a7 7 0 0 1-7-7V10a7 7 0 0 1 7-7z"/>'
    '<path fill="#fff" d="M8 10.5h6v6H8zM20 10.5h6v6h-6z"/>'
    '<path fill="{accent}" d="M14 16.5h6v6h-6zM26 16.5h6v6h-6z"/></svg>\n'
)
PICTURES = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"), ("maskable-512.png", "512x512",
            "maskable"))  # fmt: skip


class OfNumbers(View):
    """404 for numbers that no community may have."""

    content_type = ""

    def get(self, request: HttpRequest, hue: int, chroma: int, hue_accent: int, chroma_accent: int) -> HttpResponse:
        if max(hue, hue_accent) > TURN or chroma not in STRENGTHS or chroma_accent not in ACCENT_STRENGTHS:
            raise Http404
        body = self.body(hue, chroma / 100, hue_accent, chroma_accent / 100)
        return HttpResponse(body, content_type=self.content_type, headers={"Cache-Control": FOR_EVER})

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str:
        raise NotImplementedError


class Theme(OfNumbers):
    """The sheet that turns everything inside its class, or the whole page, to these colours."""

    content_type = "text/css; charset=utf-8"

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str:
        name = self.request.path.rpartition("/")[2].removesuffix(".css")
        return (
            f".{name}{{--hue:{hue};--chroma:{chroma:g};--hue-accent:{hue_accent};--chroma-accent:{chroma_accent:g}}}\n"
        )


class Icon(OfNumbers):
    """The mark, in light and dark."""

    content_type = "image/svg+xml"

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str:
        return ICON.format(
            day=hexadecimal(0.45, 0.17 * chroma, hue),
            night=hexadecimal(0.53, 0.17 * chroma, hue),
            accent=hexadecimal(0.9, 0.17 * chroma_accent, hue_accent),
        )


class Manifest(View):
    """What a device shows of the site when somebody puts it on their first screen."""

    def get(self, request: HttpRequest) -> JsonResponse:
        community = Community.objects.for_request(request)
        if community is None:
            raise Http404
        own = {"src": icon(community), "sizes": "any", "type": "image/svg+xml"}
        pictures = [
            {"src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in PICTURES
            if not community.theme
        ]
        told: dict[str, Any] = {
            "name": community.name,
            "short_name": community.name,
            "description": community.promise,
            "lang": "en-GB",
            "start_url": "/",
            "scope": "/",
            "display": "browser",
            "background_color": hexadecimal(0.99, 0.003, community.hue),
            "theme_color": hexadecimal(0.27, 0.095 * float(community.chroma), community.hue),
            "icons": [own, *pictures],
            "shortcuts": [
                {"name": "Chats", "url": reverse("chats:calendar")},
                {"name": "Archive", "url": reverse("chats:archive")},
            ],
        }
        return JsonResponse(told, content_type="application/manifest+json")


def icon(community: Community) -> str:
    """The address of its icon."""
    return reverse("icon", args=community.colours) if community.theme else static("icons/icon.svg")
