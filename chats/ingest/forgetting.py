"""Chats that are thrown away, and tweets that are taken back -> no name of anybody of whom nothing is left here."""

from collections.abc import Iterable
from operator import attrgetter

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import User
from chats import shelf
from chats.ingest.sightings import UNSEEN
from chats.models import Author, Build, Capture, Chat, Network, Participation, Tweet
from chats.models.tweet import GONE


def forget_names(authors: set[int]) -> None:
    """Whoever has nothing left is known by their network's number alone: in a chat, and at all."""
    here = Tweet.objects.exclude(withheld__in=GONE)
    unnamed = {"handle": "", "name": "", "seen_at": UNSEEN}
    for author in authors:
        chats = here.filter(author=author).values("chat")
        Participation.objects.filter(author=author).exclude(chat__in=chats).update(**unnamed)
    with_something = here.filter(author__in=authors).values("author")
    Author.objects.filter(pk__in=authors).exclude(pk__in=with_something).update(**unnamed)


@transaction.atomic
def throw_away(chats: Iterable[Chat]) -> None:
    """Delete chats with all that was made of them, and whoever wrote in no other.

    Tombstones stay: what was taken back stays so wherever it is read again.  Whoever has an account here keeps their
    name until they say otherwise.
    """
    leaving = sorted(chats, key=attrgetter("pk"))
    shelf.clear(*leaving)
    for chat in leaving:
        # Nobody stores anything of it beside this; whoever does, locks in the same order.
        list(Capture.objects.select_for_update().filter(chat=chat).order_by("pk"))
        Build.objects.select_for_update().filter(chat=chat).first()
        authors = set(chat.participations.values_list("author", flat=True))
        chat.delete()
        members = User.objects.exclude(handle="").values(lower=Lower("handle"))
        strangers = Author.objects.filter(pk__in=authors).annotate(lower=Lower("handle"))
        strangers = strangers.exclude(network=Network.X, lower__in=members)
        left = set(strangers.exclude(tweets=None).values_list("pk", flat=True))
        strangers.filter(tweets=None).delete()
        forget_names(left)
