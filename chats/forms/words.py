"""The first two steps: what the chat is about, and its questions as the tweets they become."""

from typing import Any

from django import forms
from django.forms import BoundField

from accounts.models import bare_hashtag
from chats import proposals
from chats.forms.step import Step, words
from chats.models import ProposalQuestion, Stage, Topic
from chats.models.proposal import FEWEST_QUESTIONS, MOST_QUESTIONS, Kind
from chats.proposals.drafts import FIELDS
from chats.rendering import offering
from chats.rendering.offering import Preview

LONGEST_QUESTION = ProposalQuestion._meta.get_field("text").max_length or 0


class TopicStep(Step):
    name = "topic"
    title = words(
        "Title of the chat",
        FIELDS["title"] or 0,
        hint="Short and plain, as you would say it. For example: What a good handover sounds like.",
        autocomplete="off",
    )
    why = words(
        "Why now?",
        FIELDS["why"] or 0,
        lines=5,
        hint="Two or three sentences. What would be different if this went well?",
    )
    topic = forms.ModelChoiceField(
        label="Does it belong to one of our topics?",
        queryset=Topic.objects.none(),
        required=False,
        empty_label="None of them, or not sure",
    )
    kind = forms.ChoiceField(
        label="What is it mostly about?",
        choices=[(Kind.TALK, "What people have lived through"), (Kind.ACADEMIC, "Research")],
        widget=forms.RadioSelect,
        required=False,
    )
    care = words(
        "Could it be hard to read for some people?",
        FIELDS["care"] or 0,
        lines=2,
        hint="If so, say in a sentence what it is about: readers see that first. If not, leave it empty.",
    )

    def furnish(self) -> None:
        topics = Topic.objects.filter(community=self.proposal.community)
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
        if not topics:
            del self.fields["topic"]
        self.fields["kind"].widget.template_name = "chats/choices.html"
        self.initial = {name: getattr(self.proposal, name) for name in self.fields}

    def keep(self) -> bool:
        """A draft keeps also what fits beside something that does not."""
        if not self.is_valid() and self.proposal.status == Stage.DRAFT:
            self.try_to_write()
        return super().keep()

    def write(self) -> None:
        told: dict[str, Any] = dict(self.cleaned_data)
        told["kind"] = told.get("kind") or self.proposal.kind
        proposals.write(self.proposal, now=self.now, **told)


class QuestionsStep(Step):
    name, blamed = "questions", "hashtag"
    hashtag = words(
        "Hashtag",
        FIELDS["hashtag"] or 0,
        hint="With a capital for each word: screen readers then read the words.",
        autocapitalize="off",
        autocomplete="off",
        spellcheck="false",
    )

    def furnish(self) -> None:
        told = [question.text for question in self.proposal.questions.all()]
        hashtag = self.fields.pop("hashtag")
        self.initial = {"hashtag": f"#{self.proposal.hashtag}"}
        for number in self.places("question", told, least=FEWEST_QUESTIONS, most=MOST_QUESTIONS):
            self.fields[f"question-{number}"] = words(f"Question {number}", LONGEST_QUESTION, lines=2)
            self.initial[f"question-{number}"] = told[number - 1] if number <= len(told) else ""
        self.fields["hashtag"] = hashtag

    @property
    def questions(self) -> list[tuple[BoundField, Preview]]:
        """Each field with the tweet that it becomes."""
        hashtag = bare_hashtag(self["hashtag"].value() or "") or self.proposal.hashtag
        fields = [self[name] for name in self.fields if name.startswith("question-")]
        told = enumerate(fields, 1)
        return [(field, offering.preview(number, field.value() or "", hashtag)) for number, field in told]

    @property
    def is_full(self) -> bool:
        return len(self.fields) > MOST_QUESTIONS

    def write(self) -> None:
        texts = [text for name, text in self.cleaned_data.items() if name.startswith("question-")]
        tag = self.cleaned_data["hashtag"].strip() or self.proposal.hashtag
        asking = [
            lambda: proposals.ask_questions(self.proposal, texts, now=self.now),
            lambda: proposals.write(self.proposal, now=self.now, hashtag=tag),
        ]
        # A longer hashtag comes last, a shorter one first: every question fits in between as well.
        for each in asking if len(bare_hashtag(tag)) >= len(self.proposal.hashtag) else reversed(asking):
            each()
