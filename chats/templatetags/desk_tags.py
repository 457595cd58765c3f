"""Counts of the ledger -> the words that the desk's templates show."""

from django import template

from chats.admin import words

register = template.Library()


@register.filter
def dollars(millionths: int) -> str:
    """What was spent, in figures also when it is nothing."""
    return words.dollars(millionths) if millionths else "$0.00"


@register.filter
def network(name: str) -> str:
    return words.NAMES.get(name, name)


@register.filter
def without(whole: int, part: int) -> int:
    """How many are left."""
    return whole - part
