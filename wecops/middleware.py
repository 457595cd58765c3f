"""A request -> its stored page at once, where the cache has it; every answer -> the same with the stricter headers."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header, patch_vary_headers

from accounts.models import Community
from blog import addresses
from chats import views


def _policy(sources: dict[str, str]) -> str:
    return "; ".join(f"{name} {at}" for name, at in sources.items())


HEADERS = {
    "Cache-Control": "no-cache",  # keep it, but ask whether it still holds
    "Content-Security-Policy": _policy(settings.CONTENT_SECURITY_POLICY),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ADMIN_HEADERS = {**HEADERS, "Content-Security-Policy": _policy(settings.ADMIN_CONTENT_SECURITY_POLICY)}
HOUR_HEADERS = {**HEADERS, "Content-Security-Policy": _policy(settings.HOUR_CONTENT_SECURITY_POLICY)}
DOOR_HEADERS = {**HEADERS, "Content-Security-Policy": _policy(settings.DOOR_CONTENT_SECURITY_POLICY)}


class StrictHeaders:
    """Adds ``HEADERS`` to every answer, errors and static files included; the admin and the door have their own.

    What was made for one reader is kept by nobody, neither a cache on the way nor the browser.  An answer that plays a
    film says at which host (``film_host``), and that one frame is let in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if has_vary_header(response, "Cookie"):
            response["Cache-Control"] = "private, no-store"
        for name, value in _headers_of(request.path).items():
            response.headers.setdefault(name, value)
        if film_host := getattr(response, "film_host", ""):
            response["Content-Security-Policy"] += f"; frame-src {film_host}"
        return response


# The home page, the calendar, a month, the chat's own page, which is there in every phase, and events.
TELLS_AN_HOUR = re.compile(r"/(chats/(\d+/\d+/(\d+/[-\w]+/)?)?|events/([-\w]+/)?)?")
# Texts to copy by a button, and questions that are counted while somebody types them.
HELPS = re.compile(r"/host/[-\w]+/pack/|/propose/\d+/questions/")


def _headers_of(path: str) -> dict[str, str]:
    if path.startswith(f"/{settings.ADMIN_PATH}"):
        return ADMIN_HEADERS
    if TELLS_AN_HOUR.fullmatch(path) or HELPS.fullmatch(path):
        return HOUR_HEADERS
    return DOOR_HEADERS if path.startswith("/accounts/") else HEADERS


class Gzip(GZipMiddleware):
    """Django's, which packs also for who says "gzip;q=0": anything but that."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if views.accepts_gzip(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


class OldAddresses:
    """Leads on whoever follows an address that was good once, before they are told that there is nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        community = Community.objects.for_request(request)
        found = addresses.leads_to(community, request.path) if community else ""
        return HttpResponsePermanentRedirect(found) if found else response


class OfferedMethods:
    """Answers 405 to a method that a page does not offer, before anything asks for a token it could not have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        page = getattr(view, "view_class", None)
        if page is None:
            return None
        names = [name for name in page.http_method_names if hasattr(page, "get" if name == "head" else name)]
        offered = [name.upper() for name in names]
        return None if request.method in offered else HttpResponseNotAllowed(offered)


# What stands below a chat, the blog and films; of these two only what is asked for without a question mark.
KEPT = re.compile(r"/chats/\d+/\d+/\d+/[-\w]+/.*|/(blog|videos)/[^?]*")


class Shelf:
    """Answers with a stored page at once.  It is the same for every reader, so nobody has to ask who reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_kept = KEPT.fullmatch(request.get_full_path())
        return (views.recalled(request) if is_kept else None) or self.get_response(request)
