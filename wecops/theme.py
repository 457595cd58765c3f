"""A community's four numbers -> the few lines of style, the icons and the manifest that make a page look like its own.

The numbers stand in the addresses, so these answers never change and are kept for a year.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.generic import View

from accounts.models import Community
from accounts.outbox.colours import hexadecimal
from wecops import mark

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
PICTURES = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable-512", 512, "maskable"))
# By the end of its name: how large a picture is, and whether it has a ground of its own.
DRAWN = {"192": (192, False), "512": (512, False), "maskable-512": (512, True), "touch": (180, True)}


class OfNumbers(View):
    """404 for numbers that no community may have."""

    content_type = ""

    def get(
        self, request: HttpRequest, hue: int, chroma: int, hue_accent: int, chroma_accent: int, **named: str
    ) -> HttpResponse:
        if max(hue, hue_accent) > TURN or chroma not in STRENGTHS or chroma_accent not in ACCENT_STRENGTHS:
            raise Http404
        body = self.body(hue, chroma / 100, hue_accent, chroma_accent / 100)
        return HttpResponse(body, content_type=self.content_type, headers={"Cache-Control": FOR_EVER})

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str | bytes:
        raise NotImplementedError


class Theme(OfNumbers):
    """The sheet that turns everything inside its class to these colours; with it on its body, the whole desk."""

    content_type = "text/css; charset=utf-8"

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str:
        name = self.request.path.rpartition("/")[2].removesuffix(".css")
        told = f"{{--hue:{hue};--chroma:{chroma:g};--hue-accent:{hue_accent};--chroma-accent:{chroma_accent:g}}}"
        return f".{name}{told}\n:root:has(>body.{name}){told}\n"


class Icon(OfNumbers):
    """The mark, in light and dark."""

    content_type = "image/svg+xml"

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> str:
        return ICON.format(
            day=hexadecimal(0.45, 0.17 * chroma, hue),
            night=hexadecimal(0.53, 0.17 * chroma, hue),
            accent=hexadecimal(0.9, 0.17 * chroma_accent, hue_accent),
        )


class Picture(OfNumbers):
    """The mark as a PNG, for devices that take no drawing.  404 but in a community's own colours: it costs a moment."""

    content_type = "image/png"

    def get(self, request: HttpRequest, *args: int, **named: Any) -> HttpResponse:
        numbers = tuple(named[name] for name in ("hue", "chroma", "hue_accent", "chroma_accent"))
        if named["use"] not in DRAWN or numbers not in {each.colours for each in Community.objects.all()}:
            raise Http404
        return super().get(request, *args, **named)

    def body(self, hue: int, chroma: float, hue_accent: int, chroma_accent: float) -> bytes:
        size, is_whole = DRAWN[self.kwargs["use"]]
        return mark.draw(size, hue, chroma, hue_accent, chroma_accent, is_whole=is_whole)


class Manifest(View):
    """What a device shows of the site when somebody puts it on their first screen."""

    def get(self, request: HttpRequest) -> JsonResponse:
        community = Community.objects.for_request(request)
        if community is None:
            raise Http404
        own = {"src": icon(community), "sizes": "any", "type": "image/svg+xml"}
        pictures = [
            {"src": picture(community, name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in PICTURES
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


def picture(community: Community, name: str) -> str:
    """The address of one of ``PICTURES``, in its colours."""
    use = name.removeprefix("icon-")
    return reverse("icon-picture", args=[*community.colours, use]) if community.theme else static(f"icons/{name}.png")
