"""What is told and asked below -> what follows: who is gone leaves no words; chats and events get what is theirs."""

from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver

from accounts import leases
from accounts.models import User
from blog import comments, films, publishing, reading, stories
from blog.models import Contribution, Writer
from chats import shelf
from chats.models import Chat, Event, Topic
from chats.rendering.beside import (
    Film,
    Writing,
    films_asked,
    films_of_event_asked,
    writings_asked,
    writings_on_topic_asked,
)


@receiver(pre_delete, sender=User)
def take_back_what_they_said(instance: User, **_: Any) -> None:
    """However an account ends: the tables refuse words of nobody, so forgetting this would keep it from ending."""
    now = leases.clock()
    stories.withdraw_all(instance, now=now)  # first: a story is locked before its post
    comments.withdraw_all(instance, now=now)
    publishing.withdraw_all(instance, now=now)


@receiver(post_delete, sender=Contribution)
def show_their_pieces_no_more(**_: Any) -> None:
    """A piece goes with the account, and no writer hears of it."""
    shelf.renew(shelf.BLOG)


@receiver([post_save, post_delete], sender=Event)
@receiver([post_save, post_delete], sender=Topic)
@receiver([post_save, post_delete], sender=Writer)
def name_them_as_they_are_called_now(**_: Any) -> None:
    """Kept pages of posts and films name them; an event that is a draft again is named by none."""
    shelf.renew(shelf.BLOG)


@receiver(films_asked)
def show_the_films_of_a_chat(chat: Chat, **_: Any) -> list[Film]:
    """Beside a chat on its page."""
    return films.beside(chat)


@receiver(films_of_event_asked)
def show_the_films_of_an_event(event: Event, **_: Any) -> list[Film]:
    """On its page, before and after."""
    return films.of_event(event)


@receiver(writings_asked)
def tell_what_was_written(event: Event, now: datetime, **_: Any) -> list[Writing]:
    """The write-up first, then what members add to, then all else."""
    return reading.about(event, now)


@receiver(writings_on_topic_asked)
def tell_what_was_written_on(topic: Topic, now: datetime, **_: Any) -> list[Writing]:
    """Write-ups and all else."""
    return reading.on(topic, now)
