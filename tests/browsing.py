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


# The words that stand on more than one line, though they are no longer than most.
BROKEN = r"""
() => {
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const broken = [], place = document.createRange()
    while (words.nextNode()) {
        const node = words.currentNode, around = node.parentElement, box = around.getBoundingClientRect()
        if (!around.checkVisibility() || box.width < 2 || box.height < 2) continue
        for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
            if (word[0].length > 14) continue
            place.setStart(node, word.index)
            place.setEnd(node, word.index + word[0].length)
            const lines = [...place.getClientRects()].filter(part => part.width > 0.5).map(part => Math.round(part.top))
            if (new Set(lines).size > 1) broken.push(`${word[0]} in ${around.outerHTML}`)
        }
    }
    return broken
}
"""


def misfits(page):
    """What does not fit its place: words that break in their midst, and the page itself where it is too wide."""
    return [*page.evaluate(BROKEN), *(["too wide"] if is_too_wide(page) else [])]


def misfits_here_and_on_paper(page):
    found = misfits(page)
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    page.emulate_media(media="print")
    return [*found, *(f"on paper: {each}" for each in misfits(page))]


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
