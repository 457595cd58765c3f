"""A chat's captured tweets and the rules of spam -> which of them are held back, as of this build.

The rules look at all tweets each time, so the outcome is the same in whatever order they came.  What a person has
judged stays as it was judged.
"""

from collections.abc import Iterable

from chats.analysis import spam
from chats.models import Chat, Participation, Role, Tweet, Why, Withheld

JUDGED_BY_RULES = (Withheld.SHOWN, Withheld.QUARANTINED)
COLUMNS = ("pk", "text", "created_at", "spans", "network", "reply_to", "author_id", "author__joined_at")


def hold_back(chat: Chat) -> None:
    """Inside the caller's transaction.  A file was chosen by somebody, so nothing that stands in one is judged."""
    if not chat.captures.exclude(source="file").exists():
        return
    live = chat.tweets.filter(withheld__in=JUDGED_BY_RULES, judged_at=None, retweet_of="")
    rows = list(live.exclude(why_captured__contains=[Why.FILE]).values_list(*COLUMNS))
    writers = {
        (network, id_): author for network, id_, author in chat.tweets.values_list("network", "network_id", "author")
    }
    known = _known(chat, {author for *_, author, _ in rows})
    found = spam.held_back(
        spam.Suspect(
            key=key,
            author=author,
            text=text,
            created_at=created_at,
            has_link=any(span[0] == "link" for span in spans),
            is_reply=bool(reply_to) and writers.get((network, reply_to)) != author,
            is_known=author in known,
            joined_at=joined_at,
        )
        for key, text, created_at, spans, network, reply_to, author, joined_at in rows
    )
    for rule in sorted(set(found.values())):
        keys = [key for key, held_for in found.items() if held_for == rule]
        _set(keys, withheld=Withheld.QUARANTINED, held_for=rule)
    let_go = live.filter(withheld=Withheld.QUARANTINED).exclude(pk__in=found).values_list("pk", flat=True)
    _set(let_go, withheld=Withheld.SHOWN, held_for="")


def _set(keys: Iterable[int], **values: str) -> None:
    Tweet.objects.filter(pk__in=list(keys)).exclude(**values).update(**values)


def _known(chat: Chat, authors: set[int]) -> set[int]:
    """Whom a community knows: who runs the chat, and who was part of an earlier one."""
    parts = Participation.objects.filter(author__in=authors, chat__community=chat.community_id)
    running = parts.filter(chat=chat).exclude(role=Role.GUEST).values_list("author", flat=True)
    before = parts.filter(chat__starts_at__lt=chat.starts_at, first_at__isnull=False)
    earlier = before.values_list("author", flat=True)
    return {*running, *earlier}
