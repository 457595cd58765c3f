"""What tests ask of a page in a real browser."""

import itertools

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

WIDE, NARROW, NARROWEST = 1280, 390, 320
HEIGHT = 900
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def in_both(paths, *, deep):
    """Each page at one of two widths in one of two lights in turn; with ``deep`` each in both."""
    ways = ({"width": WIDE}, {"width": NARROW, "color_scheme": "dark"})
    return itertools.product(paths, ways) if deep else zip(paths, itertools.cycle(ways), strict=False)


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in found]


def is_too_wide(page):
    """Whether one would have to scroll sideways, or cannot, since a block cuts off what is beside it."""
    return page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.hero')].some(each => each.scrollWidth > innerWidth)"
    )


def faults(page):
    """What keeps the page from being one for everybody."""
    return [*violations(page), *(["too wide"] if is_too_wide(page) else [])]


def signed_in(user):
    """What a browser of theirs brings along."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": "127.0.0.1", "path": "/"}
    told = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return {"cookies": [{**cookie, **told}], "origins": []}
