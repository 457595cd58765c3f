"""What a host types, one page at a time -> checked values, and the writers that keep them."""

from chats.forms.lists import DatesStep, ReadingStep
from chats.forms.people import PeopleStep
from chats.forms.step import Mistake, Step
from chats.forms.words import QuestionsStep, TopicStep
from chats.proposals import Problem

__all__ = ["DatesStep", "Mistake", "PeopleStep", "QuestionsStep", "ReadingStep", "Step", "TopicStep", "anchor"]

STEPS: tuple[type[Step], ...] = (TopicStep, QuestionsStep, ReadingStep, DatesStep, PeopleStep)


def anchor(problem: Problem) -> str:
    """Where on the page of its step a problem is mended."""
    places = next(step.at for step in STEPS if step.name == problem.step)
    return "id_slots_0" if problem.field == "slots" else f"id_{places.get(problem.field, problem.field)}"
