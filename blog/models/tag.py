"""Words on posts: what somebody types -> one form of it, whoever types it in whichever way.

The words themselves belong to nobody: two communities that say "custody" mean the same row.  So none is ever shown by
itself, only together with posts, which are a community's: ``Post.objects`` says which words are on those.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.db import models
from django.utils.text import slugify
from taggit.models import TaggedItemBase

LONGEST = 40
ACADEMIC = "academicpony"
_GAPS = re.compile(r"[\s_\-\u2010-\u2015]+")


class TaggedPost(TaggedItemBase):
    """One word on one post, by real keys: no content type has to be looked up."""

    content_object = models.ForeignKey("blog.Post", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="post_has_a_tag_once")]


def plain(words: Iterable[str]) -> dict[str, str]:
    """Tags as typed -> {slug: name}, in order: "#Safe-Staffing" and "safe  staffing" are one, a sign alone is none."""
    found: dict[str, str] = {}
    for word in words:
        name = _GAPS.sub(" ", unicodedata.normalize("NFKC", word)).strip().lstrip("#").strip().lower()[:LONGEST].strip()
        slug = slugify(name, allow_unicode=True)
        if slug:
            found.setdefault(slug, name)
    return found
