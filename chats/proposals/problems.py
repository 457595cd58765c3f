"""A proposal -> what it lacks before the team can look at it: each a sentence, and where to mend it."""

from datetime import datetime
from typing import NamedTuple

from chats.analysis import lengths
from chats.lifecycle.hours import NotAllowed
from chats.models import Proposal
from chats.models.proposal import FEWEST_QUESTIONS, FEWEST_SLOTS
from chats.models.slot import Slot


class Problem(NamedTuple):
    """``step`` is the page of the form ("topic", "questions", "dates", "people"), ``field`` what to mend there."""

    step: str
    field: str
    said: str


class Unfinished(NotAllowed):
    """Something is missing; ``problems`` say what, in the order of the form."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.said for problem in problems))
        self.problems = problems


def of(proposal: Proposal, now: datetime) -> list[Problem]:
    """All that is missing.  Dates are no matter any more once one is kept."""
    found = [*of_topic(proposal), *_questions(proposal)]
    if proposal.slot_id is None and Slot.objects.free(now).filter(wishes__proposal=proposal).count() < FEWEST_SLOTS:
        found.append(Problem("dates", "slots", f"Choose {FEWEST_SLOTS} or more dates that are still free."))
    return [*found, *_people(proposal)]


def of_topic(proposal: Proposal) -> list[Problem]:
    """What its first page lacks; asks for no row."""
    asked = {"title": "Give the chat a title.", "why": "Say in two or three sentences why now."}
    return [Problem("topic", field, said) for field, said in asked.items() if not getattr(proposal, field)]


def _questions(proposal: Proposal) -> list[Problem]:
    questions = list(proposal.questions.all())
    found = []
    if len(questions) < FEWEST_QUESTIONS:
        found.append(Problem("questions", "questions", f"Write {FEWEST_QUESTIONS} or more questions."))
    for each in questions:
        length = lengths.counted(lengths.question(each.number, each.text, proposal.hashtag))
        if length > lengths.LONGEST:
            over = length - lengths.LONGEST
            said = f"Question {each.number} is {over} too long for a tweet, with its number and the hashtag."
            found.append(Problem("questions", f"question-{each.number}", said))
    return found


def _people(proposal: Proposal) -> list[Problem]:
    found = []
    host = proposal.hosts.first()
    if host is None:
        found.append(Problem("people", "host", "Say who hosts it."))
    elif not host.biography:
        found.append(Problem("people", "biography", "Say in a sentence or two who you are."))
    if not proposal.house_rules_at:
        found.append(Problem("people", "house-rules", "Read the house rules, and say that they are fine with you."))
    return found
