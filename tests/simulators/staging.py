"""Sections of lines -> drafts: who says each line, when, and what it truly answers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.simulators.dice import Dice
from tests.simulators.facts import Person
from tests.simulators.people import cast

_ANYBODY = re.compile(r"\*\d+:([a-z]*)|([a-z])\d?")
_FIRST_ANSWER = 38  # seconds after the question; nobody types faster
_LAST = "A{} at the end"
_STYLES = {
    "A{}": 46,
    "A{}:": 15,
    "A{}.": 8,
    _LAST: 6,
    "a{}": 4,
    "#A{}": 2,
    "A{})": 2,
    "A{} -": 2,
    "Answer {}:": 1,
    "": 14,
}


@dataclass(slots=True, eq=False)
class Draft:
    """A tweet before it has an id.  ``relation`` says what it is to ``parent``: reply, quote or retweet."""

    author: Person
    words: str
    at: datetime
    question: int | None
    why: str
    label: str = ""
    is_label_last: bool = False
    tag: bool = True
    parent: "Draft | None" = None
    relation: str = ""
    likes: int | None = None
    reposts: int = 0
    lang: str = "en"
    alt_text: str = ""
    flags: frozenset[str] = frozenset()


class Stage:
    """One chat's clock, company and dice.

    ``habit`` is how likely people label answers that the script leaves bare: 1 as is their habit, 0 never.
    """

    def __init__(self, starts_at, company, dice, *, habit):
        self.starts_at = starts_at
        self.drafts = []
        self._company = company
        self._dice = dice
        self._habit = habit

    def play(self, sections, *, until, pace):
        """Let everybody speak.  ``until`` is the second the last section ends; ``pace`` draws the lags of answers."""
        ends = [section.second for section in sections[1:]] + [until]
        number = 0
        for section, end in zip(sections, ends, strict=True):
            number += section.name == "question"
            asked = self._ask(section, number) if section.name == "question" else None
            self._answer(section, asked, end, pace)

    def _ask(self, section, number):
        label = f"Q{number}" if section.label is None else section.label
        asked = Draft(cast()[section.asker], section.text, self._at(section.second), number, "asked", label)
        self.drafts.append(asked)
        return asked

    def _answer(self, section, asked, end, pace):
        moments = self._moments(section, end, pace)
        answered: set[Person] = set()
        for line, second in zip(section.lines, moments, strict=True):
            speakers: dict[str, Person] = {}
            draft = self._draft(line, self._at(second), speakers, spoken=answered)
            answered.add(draft.author)
            self._place(draft, line, section, asked)
            self.drafts.append(draft)
            self._reply(draft, line, speakers)

    def _moments(self, section, end, pace):
        """When each line of a section is said, in seconds of the chat's clock, in the lines' order."""
        span = end - section.second
        free = [line for line in section.lines if line.second is None and "+" not in line.flags]
        first = _FIRST_ANSWER if section.name == "question" else 5
        lags = iter(sorted(max(first * self._dice.between(1, 1.8), pace(span)) for _ in free))
        moments = []
        for line in section.lines:
            if line.second is not None:
                moments.append(line.second)
            elif "+" in line.flags:
                moments.append(end + self._dice.between(25, 150))
            else:
                moments.append(section.second + next(lags))
        return moments

    def _place(self, draft, line, section, asked):
        """What an opening line of a thread answers, and how that shows."""
        if "spam" in line.flags:
            draft.question, draft.why = None, "spam"
        elif line.question is not None:
            draft.question, draft.why = line.question or None, "label" if line.label else "chatter"
        elif asked is None:
            draft.why = {"introductions": "introduction", "closing": "closing"}.get(section.name, "chatter")
        else:
            self._join(draft, line, asked)

    def _join(self, draft, line, asked):
        """An answer: by label, as a reply to the question, as a quote of it, or only by its time."""
        draft.question, draft.why = asked.question, "time"
        if not line.label and self._dice.chance(self._habit):
            draft.label, draft.is_label_last = _label(draft.author, asked.question, self._dice)
        if not line.flags & {"re", "qt", "lone"}:
            labelled = bool(draft.label)
            relation = self._dice.weighted(("reply", "quote", ""), (10, 4, 86) if labelled else (34, 10, 56))
        else:
            relation = "reply" if "re" in line.flags else "quote" if "qt" in line.flags else ""
        if relation:
            draft.parent, draft.relation, draft.why = asked, relation, relation
            draft.tag = relation == "quote" or self._dice.chance(0.5)
        if draft.label or "labelled" in line.flags:
            draft.why = "label"

    def _reply(self, parent, line, speakers):
        second = parent.at
        for reply in line.replies:
            second += timedelta(milliseconds=int(1000 * (22 + self._dice.lag(48, 420))))
            at = second if reply.second is None else self._at(reply.second)
            draft = self._draft(reply, at, speakers)
            draft.parent, draft.relation = parent, "reply"
            draft.tag = "tag" in reply.flags or self._dice.chance(0.22)
            draft.question = parent.question if reply.question is None else reply.question or None
            draft.why = "label" if reply.label else "reply" if draft.question else parent.why
            self.drafts.append(draft)
            self._reply(draft, reply, speakers)

    def _draft(self, line, at, speakers, spoken=()):
        return Draft(
            author=self._speaker(line.who, speakers, spoken),
            words=line.words,
            at=at,
            question=None,
            why="",
            label=line.label,
            is_label_last=line.is_label_last,
            likes=line.likes,
            reposts=line.retweets,
            lang=line.lang,
            alt_text=line.alt_text,
            flags=line.flags,
        )

    def _speaker(self, who, speakers, spoken):
        """The same person for the same key within a thread; nobody in it has two."""
        if isinstance(who, Person):
            return who
        if who not in speakers:
            anybody = _ANYBODY.fullmatch(who)
            trades = anybody and (anybody[1] or anybody[2] or "")
            others = speakers.values()
            speakers[who] = (
                cast()[who] if trades is None else self._company.anybody(trades, thread=others, spoken=spoken)
            )
        return speakers[who]

    def _at(self, second):
        """The moment of a second on the chat's clock; nobody speaks on the stroke."""
        return self.starts_at + timedelta(seconds=int(second), milliseconds=self._dice.below(1000))


def _label(person, number, dice):
    """(label, whether it stands last) as this person types them: people have habits, and slips."""
    chance = dice if dice.chance(0.12) else Dice("habit", person.handle)
    style = chance.weighted(list(_STYLES), _STYLES.values())
    return (f"A{number}", True) if style == _LAST else (style.format(number), False)
