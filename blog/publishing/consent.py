"""A story's words, and those that its writer agreed to -> whether they may be out; a letter where they changed."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from blog.models import Post, PostRevision, Story
from blog.models.post import OUT
from blog.publishing import words
from chats.lifecycle import NotAllowed, letters

WORDS = ("title", "excerpt", "text")  # what a revision keeps


def held(post: Post) -> Story | None:
    """The story that the post is of, locked until the transaction ends: always before the post."""
    rows = Story.objects.select_for_update(of=("self",)).select_related("community")
    return rows.filter(post=post.pk, withdrawn_at=None).first()


def is_agreed(story: Story) -> bool:
    """Whether its writer agreed to the words that it has now."""
    newest = story.post.revisions.order_by("-number").first() if story.post else None
    return newest is not None and _is_same(story, {name: getattr(newest, name) for name in WORDS})


def _is_same(story: Story, told: Mapping[str, str]) -> bool:
    """An excerpt that was made of the text has only words of it."""
    agreed = story.agreed
    if agreed is None or any(told[name] != getattr(agreed, name) for name in ("title", "text")):
        return False
    return told["excerpt"] in ("", agreed.excerpt, words.excerpt(words.made(agreed.text)["html"]))


def check(post: Post) -> None:
    """Raises ``NotAllowed`` where the post is a story in words that its writer has not agreed to."""
    story = Story.objects.select_related("agreed", "post").filter(post=post.pk).first()
    if story and story.withdrawn_at:
        raise NotAllowed("Its writer has taken this story back, so it stays down.")
    if story and not is_agreed(story):
        raise NotAllowed("Its writer has not agreed to these words yet. They were asked, and answer on their page.")


def check_change(post: Post, told: Mapping[str, str]) -> None:
    """Raises ``NotAllowed`` where it is a story that is out, now or by the clock, and ``told`` are other words."""
    story = Story.objects.select_related("agreed").filter(post=post.pk).first() if post.status in OUT else None
    if story and not _is_same(story, told):
        raise NotAllowed(
            "Its writer agreed to the words that stand there. Take it back or down first, then change it: they are "
            "asked again."
        )


def renew(story: Story, revision: PostRevision, *, by: User | None, now: datetime) -> None:
    """It has another text: its writer's own is agreed to; of anybody else's they are asked, once until they answer."""
    if by and by.pk == story.author_id:
        _put(story, agreed=revision, consented_at=now, asked_at=None)
    elif is_agreed(story):
        _put(story, asked_at=None)
    elif story.asked_at is None:
        _put(story, asked_at=now)
        address = f"{story.community.site}{story.get_absolute_url()}"
        letters.send("story_changed", story.community, letters.readers([story.author_id]), {"address": address})


def _put(story: Story, **changes: object) -> None:
    for field, value in changes.items():
        setattr(story, field, value)
    story.save(update_fields=[*changes])
