"""What a host types, one page at a time -> checked values, and the writers that keep them."""

from chats.forms.lists import DatesStep, ReadingStep
from chats.forms.people import PeopleStep
from chats.forms.step import Step
from chats.forms.words import QuestionsStep, TopicStep

__all__ = ["DatesStep", "PeopleStep", "QuestionsStep", "ReadingStep", "Step", "TopicStep"]
