"""A request -> its stored page at once, where the cache has it; every answer -> the same with the stricter headers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chats import views

HEADERS = {
    "Cache-Control": "no-cache",  # keep it, but ask whether it still holds
    "Content-Security-Policy": "; ".join(f"{name} {at}" for name, at in settings.CONTENT_SECURITY_POLICY.items()),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class StrictHeaders:
    """Adds ``HEADERS`` to every answer, errors and static files included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Shelf:
    """Answers with a stored page at once.  It is the same for every reader, so nobody has to ask who reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return views.recalled(request) or self.get_response(request)
