"""What somebody wrote -> what pages print: HTML, how long it takes to read, and a sentence that stands for it."""

import hashlib
import html
import inspect
import re
import textwrap
from typing import Any

from accounts import prose

A_MINUTE = 220  # words
LONGEST_EXCERPT = 280
_TAG = re.compile(r"<[^>]+>")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
# Another one makes the HTML of every post anew.
RENDERED_BY = hashlib.sha256(inspect.getsource(prose).encode()).hexdigest()[:20]


def made(text: str) -> dict[str, Any]:
    """The fields of a post that are made of its Markdown."""
    page = prose.html(text, rel="noopener")
    return {"text": text, "html": str(page), "minutes": minutes(page), "rendered_by": RENDERED_BY}


def minutes(page: str) -> int:
    """How many it takes to read, 1 at least."""
    return max(1, round(len(_TAG.sub(" ", page).split()) / A_MINUTE))


def excerpt(page: str) -> str:
    """The first paragraph without its marks, as many of its words as fit; "" where there is none."""
    first = _PARAGRAPH.search(page)
    return textwrap.shorten(html.unescape(_TAG.sub("", first[1])), LONGEST_EXCERPT, placeholder="…") if first else ""
