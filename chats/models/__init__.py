"""What was said: topics, chats, tweets, the capture that fetches them and the transcript made of them."""

from chats.models.capture import BUDGET_SPENT, NOT_SET_UP, Capture, IngestRun, Recheck, Spending, Why
from chats.models.chat import Chat, ChatHost, Phase, Question, Status
from chats.models.coming import Coming, Notice, Occasion
from chats.models.preparation import Preparation
from chats.models.proposal import (
    Kind,
    Message,
    Proposal,
    ProposalHost,
    ProposalQuestion,
    Reading,
    Review,
    Stage,
    Vote,
    Wish,
)
from chats.models.slot import HOLDING, Series, Slot, Standing
from chats.models.topic import Handover, Outcome, Topic
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
    "HOLDING",
    "NOT_SET_UP",
    "Author",
    "Build",
    "Capture",
    "Chat",
    "ChatHost",
    "ChatStats",
    "Coming",
    "Correction",
    "Handover",
    "IngestRun",
    "Kind",
    "Message",
    "Network",
    "Notice",
    "Occasion",
    "Outcome",
    "Participation",
    "Phase",
    "Preparation",
    "Proposal",
    "ProposalHost",
    "ProposalQuestion",
    "Question",
    "RawPage",
    "Reading",
    "Recheck",
    "Review",
    "Role",
    "Series",
    "Slot",
    "Spending",
    "Stage",
    "Standing",
    "Status",
    "StoredPage",
    "Tombstone",
    "Topic",
    "Transcript",
    "TranscriptLine",
    "Tweet",
    "TweetLink",
    "Vote",
    "Why",
    "Wish",
    "Withheld",
]
