"""What invented people said under the demo's posts -> comments, by the same writers.  Safe to repeat."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import staff
from accounts.models import Community, User
from blog import comments
from blog.models import Comment, Post, Rule
from tests.simulators.people import cast

SLUG = "the-card-that-started-as-a-tweet"
# Who, what, to which (from 1), and what became of it.
SAID = (
    ("sunil", "Tested the draft three mornings running. The third day two of them asked for the recliner.", 0, "shown"),
    ("ann", "This has made my week. May I quote you on version *two*?", 1, "shown"),
    ("tam", "He texted before he set off. I cried a bit. Thank you all.", 0, "shown"),
    ("priya", "The text before setting off is the one my husband noticed.", 0, "shown"),
    ("josh", "At our station it was the early turn on Tuesday, and everybody knows who that was.", 0, "removed"),
    ("beth", "We did the same on the ward:\n\n- one card a trolley\n- nobody asks who took it", 0, "shown"),
    ("hal", "Wrong post, sorry.", 0, "withdrawn"),
    ("gareth", "Does anybody have it as a sticker for the visor?", 0, "shown"),
    ("callum", "Could the last hour be split between pairs? Ours never ends on time.", 0, "held"),
)  # fmt: skip


def fill(community: Community, now: datetime) -> None:
    """All of them, under the post they are about; once."""
    post = Post.objects.of(community).filter(slug=SLUG).first()
    if post and post.published_at and not post.comments.exists():
        _say(post, post.published_at, now)


@transaction.atomic
def _say(post: Post, begun_at: datetime, now: datetime) -> None:
    moderator = _member("moira", now)
    made: list[Comment] = []
    for place, (key, text, to, becomes) in enumerate(SAID, 1):
        at = begun_at + timedelta(hours=place, minutes=7 * place)
        comment = comments.add(post, _member(key, now), text, now=at, to=made[to - 1] if to else None)
        made.append(comment)
        if becomes != "held":
            comment = comments.approve(comment, moderator, now=at)
        if becomes == "removed":
            comments.remove(comment, moderator, Rule.CASES, "The station and the day point at one person.", now=at)
        elif becomes == "withdrawn":
            comments.withdraw(comment, now=at)
        made[-1].refresh_from_db()


def _member(key: str, now: datetime) -> User:
    person = cast()[key]
    return staff.enrol(person.id, person.handle, name=person.name, now=now)
