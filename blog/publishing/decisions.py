"""What a volunteer decides about a comment or a piece -> whether they may, and what its writer reads."""

from datetime import timedelta

from accounts import prose
from accounts.models import User
from blog.models import Rule
from chats.lifecycle import NotAllowed

KEPT = timedelta(days=30)  # what was removed, for its writer to read
LONGEST = 1000
# What its writer is told where the volunteer adds nothing.
SENTENCES = {
    Rule.WELCOME: "It makes somebody less welcome for who they are.",
    Rule.CASES: "Something in it points at a real case or a real person.",
    Rule.YOURSELF: "It speaks for others, or advertises something.",
    Rule.IDEAS: "It goes against the person, not the idea.",
    Rule.FAMILIES: "Somebody close to the people it is about will read it.",
    Rule.OPEN: "It leads people away to a place that is not open.",
}


def check(text: str, writer: int | None, by: User) -> None:
    """Raises ``NotAllowed`` where nothing is left to decide about, or somebody else has to; ``writer`` is a key."""
    if not text:
        raise NotAllowed("Its words are gone, so there is nothing to decide.")
    if writer == by.pk and not by.is_superuser:
        raise NotAllowed("It is your own, so somebody else decides about it.")


def reason(rule: int, said: str) -> str:
    """Why it is removed: the volunteer's own words, or those of the house.  Raises ``NotAllowed`` without a rule."""
    if rule not in Rule.values:
        raise NotAllowed("Say which house rule it goes against.")
    return sentence(said) or SENTENCES[Rule(rule)]


def sentence(said: str) -> str:
    """What the volunteer typed.  Raises ``NotAllowed`` where that is too long."""
    words = prose.lines(said)
    if len(words) > LONGEST:
        raise NotAllowed(f"That is {len(words) - LONGEST} characters too long.")
    return words
