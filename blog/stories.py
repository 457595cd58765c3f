"""What a member tells and the team answers -> stories, the posts they become, and nothing once they are taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import outbox, prose
from accounts.models import Community, User
from accounts.roles import Role
from blog import publishing
from blog.models import Kind, Post, PostStatus, Story, StoryMessage
from blog.publishing import mailed, pictures, words, writing
from blog.publishing.clearing import clear
from chats.lifecycle import NotAllowed, letters

LONGEST = 20_000
LONGEST_TITLE = 160
LONGEST_MESSAGE = 4000
MOST_OPEN = 10
MOST_A_DAY = 20  # those that were taken back as well: each that is sent is a letter to every editor
DAY = timedelta(days=1)
CONSENT = (
    "I wrote this myself, and nobody in it can be recognised who would not want to be. {community} may publish it "
    "under my name, and edit it together with me before. I can take it back at any time without a reason; then it is "
    "taken down and its words are erased."
)
BEING_READ = (PostStatus.DRAFT, PostStatus.REVIEW)
# What stands in the place of a story that readers could know.
GONE = {"title": "A story that was taken back", "excerpt": "", "hero": None, "hero_alt": ""}
GONE_TEXT = "Its writer has taken this story back."


@transaction.atomic
def begin(community: Community, author: User, title: str, text: str, *, now: datetime) -> Story:
    """A draft that nobody else sees.  Raises ``NotAllowed``; an empty one is none."""
    User.objects.select_for_update().get(pk=author.pk)
    if not author.is_active:
        raise NotAllowed("You cannot write here.")
    unfinished = Q(post=None) | Q(post__status__in=BEING_READ)
    if Story.objects.filter(unfinished, author=author, community=community, withdrawn_at=None).count() >= MOST_OPEN:
        raise NotAllowed(
            f"You have begun {MOST_OPEN} stories here. Finish one, or take one back, before you begin another."
        )
    if Story.objects.filter(author=author, created_at__gt=now - DAY).count() >= MOST_A_DAY:
        raise NotAllowed(f"You have begun {MOST_A_DAY} stories today. Go on with one of them, or come back tomorrow.")
    told = _told(title, text)
    if not any(told.values()):
        raise NotAllowed("Write something first.")
    return Story.objects.create(community=community, author=author, created_at=now, saved_at=now, **told)


@transaction.atomic
def write(story: Story, title: str, text: str, *, read: int | None = None, now: datetime) -> Story:
    """Other words from now on: of a draft, or of what the team reads at the moment, which keeps every text.

    ``read`` is the number of the text that was on the screen; what they save there, they agree to.
    """
    known = _held(story)
    told = _told(title, text)
    if not can_edit(known):
        raise NotAllowed("It is not with you at the moment. Write the team a message: they can change it.")
    if known.post:
        if not all(told.values()):
            raise NotAllowed("A story that was sent needs a title and a text.")
        if read is not None and read != newest(known):
            raise NotAllowed("The team has changed it meanwhile. Read what it says now, then save yours over it.")
        publishing.revise(known.post, by=known.author, now=now, **told)
        told = {}
    return _put(known, **told, saved_at=now)


def can_edit(story: Story) -> bool:
    """While it is a draft, and while the team reads it."""
    return story.withdrawn_at is None and (story.post is None or story.post.status in BEING_READ)


@transaction.atomic
def send(story: Story, *, consents: bool, now: datetime) -> Story:
    """Give it to the team, with the words that its writer agrees to.  It becomes a post in review."""
    known = _held(story)
    if known.post or known.withdrawn_at:
        raise NotAllowed("It was sent before.")
    if not (known.title and known.text):
        raise NotAllowed("Give it a title and a text first.")
    if not consents:
        raise NotAllowed("Tick that you agree: without it nobody may publish your story.")
    author, community = known.author, known.community
    post = publishing.write(community, known.title, known.text, by=author, now=now, kind=Kind.STORY)
    name = prose.one_line(str(author)) or author.username
    publishing.sign(post, [publishing.writer(community, name, handle=author.handle, user=author)])
    publishing.submit(post, now=now)
    agreed = {"consent": CONSENT.format(community=community.name), "consented_at": now, "agreed": post.revisions.get()}
    _put(known, post=post, title="", text="", **agreed, saved_at=now)
    desk = f"{community.site}/{settings.ADMIN_PATH}blog/story/"
    editors = community.appointments.filter(role__name=Role.EDITOR).values_list("user", flat=True)
    letters.send("story_sent", community, letters.readers(editors), {"by": name, "address": desk})
    return known


@transaction.atomic
def agree(story: Story, *, read: int, now: datetime) -> Story:
    """Its writer agrees to the words of text number ``read``, which the team has changed and they have read."""
    known = _held(story)
    if not is_asked(known):
        raise NotAllowed("There is nothing to agree to at the moment.")
    text = known.post.revisions.order_by("-number").first() if known.post else None
    if text is None or text.number != read:
        raise NotAllowed("The team has changed it once more. Read it again first.")
    told = CONSENT.format(community=known.community.name)
    return _put(known, consent=told, consented_at=now, agreed=text, asked_at=None, saved_at=now)


def is_asked(story: Story) -> bool:
    """Whether it says what its writer has not agreed to."""
    return story.withdrawn_at is None and story.post is not None and not publishing.is_agreed(story)


def newest(story: Story) -> int:
    """The number of the text that it has now; 0 while it is a draft."""
    return story.post.revisions.count() if story.post else 0


@transaction.atomic
def say(story: Story, by: User, text: str, *, is_from_team: bool, now: datetime) -> StoryMessage:
    """A word that both sides see; what the team says goes to its writer by mail as well."""
    known = _held(story)
    message = prose.lines(text)
    if known.withdrawn_at or not known.post:
        raise NotAllowed("There is nothing to talk about: it is a draft, or was taken back.")
    if not message:
        raise NotAllowed("Write something first.")
    if len(message) > LONGEST_MESSAGE:
        raise NotAllowed(f"That is {len(message) - LONGEST_MESSAGE} characters too long.")
    said = known.messages.create(by=by, is_from_team=is_from_team, text=message, sent_at=now)
    if is_from_team:
        address = f"{known.community.site}{known.get_absolute_url()}"
        told = {"by": str(by), "said": message, "address": address}
        letters.send("story_message", known.community, letters.readers([known.author_id]), told)
    return said


@transaction.atomic
def withdraw(story: Story, *, now: datetime) -> Story:
    """Take it back: no word of it stays, neither in an earlier text nor in a message.

    What nobody could read is deleted.  What was out is taken down; its address says so from then on.  Safe to repeat.
    """
    known = _held(story)
    if known.withdrawn_at:
        return known
    post = writing.held(known.post) if known.post else None
    known.messages.all().delete()
    signers = list(post.writers.all()) if post else []
    if post and (post.published_at is None or (post.status == PostStatus.SCHEDULED and not post.is_out(now))):
        clear(post)
        _put(known, post=None)
        post.delete()
    elif post:
        _erase(post, now)
    for writer in signers:
        if not writer.bylines.exists():
            writer.delete()
    return _put(known, title="", text="", asked_at=None, withdrawn_at=now, saved_at=now)


def _erase(post: Post, now: datetime) -> None:
    if publishing.settled(post, now) == PostStatus.PUBLISHED:
        publishing.unpublish(post, now=now)
    clear(post)
    outbox.unsay(post.community, mailed.addresses(post), now)  # the letters that left; no other has its words any more
    post.revisions.all().delete()
    post.bylines.all().delete()
    post.tags.clear()
    writing.put(post, {**GONE, **words.made(GONE_TEXT), "changed_at": now})
    pictures.drop_unused(post.community)


def of(user: User, community: Community) -> QuerySet[Story]:
    """What somebody has told there, the newest first."""
    return Story.objects.filter(author=user, community=community).select_related("post")


def withdraw_all(author: User, *, now: datetime) -> None:
    """Every story of somebody who leaves, or is erased."""
    for story in Story.objects.filter(author=author, withdrawn_at=None):
        withdraw(story, now=now)


def _told(title: str, text: str) -> dict[str, str]:
    told = {"title": prose.one_line(title, LONGEST_TITLE + 1), "text": prose.lines(text)}
    for name, longest in (("title", LONGEST_TITLE), ("text", LONGEST)):
        if len(told[name]) > longest:
            raise NotAllowed(f"The {name} is longer than {longest:,} characters.")
    return told


def _held(story: Story) -> Story:
    """The row as it stands now, locked until the transaction ends."""
    rows = Story.objects.select_for_update(of=("self",)).select_related("community", "author", "post__community")
    return rows.get(pk=story.pk)


def _put(known: Story, **changes: Any) -> Story:
    for field, value in changes.items():
        setattr(known, field, value)
    known.save(update_fields=[*changes])
    return known
