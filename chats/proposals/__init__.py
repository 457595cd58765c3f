"""What hosts offer and what the team decides -> proposals, and the chats that they become.

``drafts`` writes what is in them, ``problems`` says what is missing, ``moves`` is their life, ``talking`` what is said
about them.  ``slots`` makes the evenings; ``notices`` asks and reminds by mail when it is time.
"""

from chats.lifecycle import NotAllowed
from chats.proposals.drafts import (
    Host,
    accept_house_rules,
    ask_questions,
    begin,
    duplicate,
    name_hosts,
    recommend,
    want,
    write,
)
from chats.proposals.moves import (
    TRANSITIONS,
    accept,
    confirm,
    decline,
    freeze,
    invite,
    merge,
    release,
    reopen,
    submit,
    take_up,
    withdraw,
)
from chats.proposals.problems import Problem, Unfinished
from chats.proposals.talking import ask, join, message, open_to_votes, review, take_vote_back, vote

__all__ = [
    "TRANSITIONS",
    "Host",
    "NotAllowed",
    "Problem",
    "Unfinished",
    "accept",
    "accept_house_rules",
    "ask",
    "ask_questions",
    "begin",
    "confirm",
    "decline",
    "duplicate",
    "freeze",
    "invite",
    "join",
    "merge",
    "message",
    "name_hosts",
    "open_to_votes",
    "recommend",
    "release",
    "reopen",
    "review",
    "submit",
    "take_up",
    "take_vote_back",
    "vote",
    "want",
    "withdraw",
    "write",
]
