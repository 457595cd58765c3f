"""A request -> whether a form of our own was sent with it.  For forms that need no cookie, and so have no token."""

from urllib.parse import urlsplit

from django.http import HttpRequest


def is_own(request: HttpRequest) -> bool:
    """Whether the browser says that it comes from a page at the very host that is asked.

    Browsers name the origin of every form that is posted; one that does not must name the page it came from.
    """
    own = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is None:
        page = urlsplit(request.headers.get("Referer", ""))
        origin = f"{page.scheme}://{page.netloc}"
    return origin == own
