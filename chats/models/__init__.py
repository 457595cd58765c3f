"""What was said: topics, chats, tweets, the capture that fetches them and the transcript made of them."""

from chats.models.capture import BUDGET_SPENT, NOT_SET_UP, Capture, IngestRun, Recheck, Spending, Why
from chats.models.chat import Chat, ChatHost, Phase, Question, Status
from chats.models.topic import Topic
from chats.models.transcript import Build, ChatStats, StoredPage, Transcript, TranscriptLine
from chats.models.tweet import (
    Author,
    Correction,
    Network,
    Participation,
    RawPage,
    Role,
    Tombstone,
    Tweet,
    TweetLink,
    Withheld,
)

__all__ = [
    "BUDGET_SPENT",
    "NOT_SET_UP",
    "Author",
    "Build",
    "Capture",
    "Chat",
    "ChatHost",
    "ChatStats",
    "Correction",
    "IngestRun",
    "Network",
    "Participation",
    "Phase",
    "Question",
    "RawPage",
    "Recheck",
    "Role",
    "Spending",
    "Status",
    "StoredPage",
    "Tombstone",
    "Topic",
    "Transcript",
    "TranscriptLine",
    "Tweet",
    "TweetLink",
    "Why",
    "Withheld",
]
