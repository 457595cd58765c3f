"""What somebody does at the desk -> an entry of the log: who, what, to which row, what it said before and after.

Nothing that somebody may take back stays in it: no tweet's text, no question's words, no name.  Only fields that stand
in ``KEPT`` are written down with what they said; of all others it is kept that they changed.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, QuerySet
from django.db.models.query_utils import Q
from django.http import HttpRequest

from accounts.models import AuditEntry, Community, User

# By model, the fields whose words may stay for good.
KEPT: dict[str, tuple[str, ...]] = {
    "accounts.appointment": ("user", "community", "role"),
    "accounts.community": (
        "slug", "name", "handle", "hashtags", "domain", "time_zone", "has_email_sign_in", "has_votes", "contact",
        "promise", "description", "hue", "chroma", "hue_accent", "chroma_accent",
    ),
    "accounts.crisis": (
        "notice", "holds_comments", "pauses_posts", "pauses_newsletters", "pauses_chats", "reason", "until",
    ),
    "accounts.mail": ("status",),
    "accounts.page": ("path", "title", "lede"),
    "accounts.revision": ("number",),
    "accounts.teammember": ("community", "user", "role", "is_academic", "joined_on", "left_on", "position"),
    "accounts.user": ("is_active",),
    "blog.byline": ("position",),
    "blog.contribution": ("standing", "rule", "decided_at"),
    "blog.feed": ("community", "name", "site", "address", "is_shown", "position"),
    "blog.newsletter": ("paused_at", "stopped_at", "next_due_at"),
    "blog.oldaddress": ("community", "path", "target"),
    "blog.post": (
        "community", "kind", "status", "slug", "chat", "topic", "event", "takes_comments", "published_at",
        "event_starts_at", "event_ends_at",
    ),
    "blog.postrevision": ("number",),
    "blog.story": ("withdrawn_at",),
    "blog.video": (
        "community", "status", "slug", "chat", "event", "seconds", "starts_at", "ends_at", "published_at",
    ),
    "blog.writer": ("community",),
    "blog.comment": ("state", "held_for", "rule", "decided_at"),
    "chats.capture": ("paused_at", "next_due_at", "quarantined_at", "completed_at", "error_code"),
    "chats.chat": (
        "community", "topic", "slug", "title", "summary", "hashtags", "starts_at", "ends_at", "time_zone", "networks",
        "lead_in_minutes", "tail_minutes", "status", "status_reason", "tags",
    ),
    "chats.chathost": ("user", "is_guest", "position"),
    "chats.event": (
        "community", "slug", "title", "summary", "starts_at", "ends_at", "time_zone", "place", "address", "map", "cost",
        "access", "places", "tickets", "live_chat", "status", "status_reason",
    ),
    "chats.programmeitem": ("day", "starts", "title", "room", "is_pause"),
    "chats.proposal": (
        "community", "status", "slot", "kind", "topic", "hashtag", "chat", "merged_into", "voting_until", "freezes_at",
    ),
    "chats.handover": (
        "topic", "chat", "said", "tweet", "to", "by", "handed_on", "ask_again_on", "outcome", "answer", "answered_on",
        "is_checked", "source",
    ),
    "chats.question": ("number", "planned_at", "asked_at"),
    "chats.recheck": ("next_due_at", "quarantined_at"),
    "chats.series": (
        "community", "name", "first_on", "last_on", "every_weeks", "starts", "minutes", "time_zone", "skipped",
    ),
    "chats.slot": ("community", "series", "starts_at", "ends_at"),
    "chats.topic": ("community", "slug", "name", "summary", "owner"),
    "chats.tweet": ("withheld", "judged_at"),
}  # fmt: skip
# Those whose name holds no person's name and no words of a tweet.
NAMED = frozenset(
    {
        "accounts.community", "accounts.page", "auth.group", "chats.capture", "chats.chat", "chats.event",
        "chats.recheck", "chats.series", "chats.slot", "chats.topic",
    }
)  # fmt: skip


class Facts(NamedTuple):
    """A row as it is at one moment: every field that somebody could change, as JSON has it."""

    model: str
    key: str
    label: str
    values: dict[str, Any]


def facts(row: Model) -> Facts:
    """The row as it is in hand."""
    label = row._meta.label_lower
    kept = KEPT.get(label, ())
    fields = [field for field in row._meta.concrete_fields if field.name in kept or _is_typed(field)]
    values = {field.name: _value(row, field) for field in fields}
    for field in row._meta.many_to_many:
        if field.name in kept:
            values[field.name] = sorted(str(each) for each in getattr(row, field.name).all())
    plain = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return Facts(label, str(row.pk), str(row)[:200] if label in NAMED else "", plain)


def stored(row: Model) -> Facts:
    """The row as the database has it, whatever was typed into the one in hand."""
    return facts(type(row)._base_manager.get(pk=row.pk))


def _is_typed(field: Field) -> bool:
    """Whether people set it; what the machinery notes for itself is no change of theirs."""
    return field.editable and not field.primary_key and not field.generated


def _value(row: Model, field: Any) -> Any:
    if field.related_model and field.related_model._meta.label_lower in NAMED:
        return str(getattr(row, field.name) or "")
    return field.value_from_object(row)


def record(
    request: HttpRequest,
    verb: str,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    within: Model | None = None,
    note: str = "",
) -> AuditEntry:
    """Write down that ``verb`` was done to a row: one of ``before`` and ``after`` at least, or both."""
    row = after or before
    if row is None:
        raise ValueError("Nothing was done to nothing.")
    was, is_now = (side.values if side else {} for side in (before, after))
    changed = [name for name in row.values if (was.get(name) or None) != (is_now.get(name) or None)]
    kept = [name for name in changed if name in KEPT.get(row.model, ())]
    return AuditEntry.objects.create(
        by=request.user if isinstance(request.user, User) else None,
        community=Community.objects.for_request(request),
        verb=verb,
        model=row.model,
        key=row.key,
        label=row.label,
        within_model=within._meta.label_lower if within else "",
        within_key=str(within.pk) if within else "",
        before={name: was[name] for name in kept if before},
        after={name: is_now[name] for name in kept if after},
        unsaid=[name for name in changed if name not in kept],
        note=note[:300],
    )


@contextmanager
def watching(
    request: HttpRequest, rows: Iterable[Model], verb: str, *, within: Model | None = None, note: str = ""
) -> Iterator[None]:
    """Whichever of these rows is another one afterwards is written down; whichever stays as it is is not."""
    befores = [(row, stored(row)) for row in rows]
    yield
    for row, before in befores:
        after = stored(row)
        if after.values != before.values:
            record(request, verb, before=before, after=after, within=within, note=note)


def about(row: Model) -> QuerySet[AuditEntry]:
    """What was done to a row, and to others on its page, newest first."""
    label, key = row._meta.label_lower, str(row.pk)
    mine = Q(model=label, key=key) | Q(within_model=label, within_key=key)
    return AuditEntry.objects.filter(mine).select_related("by")
