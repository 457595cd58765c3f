"""What tests ask of a page in a real browser."""

import itertools

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

WIDE, NARROW, NARROWEST = 1280, 390, 320
PAPER = 665  # an A4 page between its margins
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


SQUEEZED = """
[...document.querySelectorAll("main *")].filter(each => {
    const words = [...each.childNodes].filter(node => node.nodeType == Node.TEXT_NODE).map(node => node.data.trim())
    const box = each.getBoundingClientRect(), size = parseFloat(getComputedStyle(each).fontSize)
    return words.join("").length >= 12 && box.width > 0 && box.width < 4 * size && box.height > 4 * size
}).map(each => each.outerHTML)
"""


def squeezed(page):
    """What stands in a column that is narrower than its words, or beside the paper, when the page is printed."""
    page.emulate_media(media="print")
    try:
        return [*page.evaluate(SQUEEZED), *(["too wide"] if is_too_wide(page) else [])]
    finally:
        page.emulate_media(media="screen")


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
