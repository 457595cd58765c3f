"""The software's own words -> the first pages of a community, and newer words where nobody has written since.

They lie in words/: every/ for any community, beside it what one of them says instead, under its slug.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import Community, Page
from accounts.revisions import revise

WORDS = Path(__file__).parent / "words"
EVERY = WORDS / "every"


class FirstPage(NamedTuple):
    """A page as the software says it; ``text`` is Markdown."""

    path: str
    title: str
    lede: str
    text: str


def first_pages(community: Community) -> Iterator[FirstPage]:
    """Every page that a community begins with, in the order of their addresses."""
    told = {"name": community.name, "hashtag": community.hashtag, "promise": community.promise}
    for below in sorted(
        (file.relative_to(EVERY) for file in EVERY.rglob("*.md")), key=lambda below: below.with_suffix("")
    ):
        own = WORDS / community.slug / below
        words = Template((own if own.is_file() else EVERY / below).read_text("utf-8"))
        title, lede, text = words.substitute(told, description=community.description).split("\n\n", 2)
        yield FirstPage(f"/{below.with_suffix('').as_posix()}/", title.removeprefix("# "), lede, text.strip())


def plant(community: Community, *, now: datetime) -> None:
    """Give a community the pages that it lacks.  What somebody has written or put back stays as it is.

    A page that nobody has touched says what this release says; its earlier words stay among its revisions.
    """
    for first in first_pages(community):
        named = {"title": first.title, "lede": first.lede}
        page, is_new = Page.objects.get_or_create(community=community, path=first.path, defaults=named)
        if is_new or not page.revisions.exclude(author=None).exists():
            revise(page, first.text, by=None, now=now)


@transaction.atomic
def found(slug: str, *, now: datetime, **facts: Any) -> Community:
    """A community with its first pages; ``facts`` are fields of ``Community``.  One that is there stays as it is."""
    community, _ = Community.objects.get_or_create(slug=slug, defaults=facts)
    plant(community, now=now)
    return community
