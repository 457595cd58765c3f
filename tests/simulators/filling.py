"""A script with the lines that matter -> the same chat with everybody else in it: hellos, answers, replies, goodbyes.

What people add comes from texts/bank.txt, each card once in a chat; a chat that borrows takes other chats' lines too.
"""

from tests.simulators.people import cast
from tests.simulators.scripts import Line, Section, bank

_WEIGHTS = {
    "falling": lambda place, count: 2.2 * (count - place) / count + 0.3,
    "rising": lambda place, count: 2.2 * (place + 1) / count + 0.3,
    "peak": lambda place, count: 3.5 if place == count // 2 else 0.8,
}
_PACES = {
    "even": lambda dice, span: dice.between(0, 1.02) * span,
    "rising": lambda dice, span: max(dice.share(), dice.share()) * 1.04 * span,
    "peak": lambda dice, span: dice.lag(0.16 * span, 1.1 * span),
    "falling": lambda dice, span: dice.lag(0.2 * span, 1.2 * span),
    "overrun": lambda dice, span: dice.lag(0.34 * span, 1.2 * span),
}
_RETWEETED = 0.15  # of a chat's tweets are retweets, about
_GREETING = 0.08
_LEAVING = 0.06
_MOST_REPLIES = 3
_DOING = frozenset({"works", "next", "pledge"})  # what people do or will do: it can be tried and asked about
_TALK = frozenset({"question", "free"})
_TRIES = 40
_SENTENCES = 2
_LARGE = 60
_OVERRUN = 2400  # seconds a last question takes that nobody wants to leave
NAMED = "="  # before the key of somebody of the cast, where trades stand otherwise


def pace(shape, dice):
    """What draws the lags of answers behind their question, in seconds, for a chat of this shape."""
    draw = _PACES.get(shape, lambda dice, span: dice.lag(0.25 * span, 1.25 * span))
    return lambda span: draw(dice, span)


class Deck:
    """Cards, each dealt once; ``anew`` says that it may be dealt again."""

    def __init__(self, cards, dice, *, anew=False):
        self._cards = list(cards)
        self._left = dice.shuffled(self._cards)
        self._dice = dice
        self._anew = anew

    def __bool__(self):
        return bool(self._left) or self._anew

    def deal(self):
        if not self._left:
            self._left = self._dice.shuffled(self._cards)
        return self._left.pop()


class Filling:
    """Fills one script for its people.  ``borrowed`` are cards by kind that come before the bank's own."""

    def __init__(self, script, people, dice, borrowed):
        self.script = script
        self._newcomers = dice.shuffled(people)
        self._dice = dice
        self._introduced = {}
        self._shape = script.facts["shape"]
        self._decks = {kind: Deck(cards, dice) for kind, cards in bank().items()}
        self._decks |= {kind: Deck([*cards, *bank().get(kind, ())], dice) for kind, cards in borrowed.items()}
        self._decks |= {kind: Deck(bank()[kind], dice, anew=True) for kind in ("hello", "greet", "reply", "doing")}

    def fill(self, size):
        """Add lines until hardly more than the retweets are wanting; returns how many retweets make ``size`` whole."""
        sections = self.script.sections
        room = size - int(size * self._dice.between(_RETWEETED - 0.04, _RETWEETED + 0.05))
        room -= sum(line.size for section in sections for line in section.lines)
        room -= sum(section.name == "question" for section in sections)
        for add in (self._open, self._close):
            room -= add(size)
        asking = [section for section in sections if section.name == "question"]
        weights = self._weigh(len(asking))
        while room > 0 and (added := self._add(asking, weights, room)):
            room -= added
        return size - sum(
            (section.name == "question") + sum(line.size for line in section.lines) for section in sections
        )

    def _weigh(self, count):
        weigh = _WEIGHTS.get(self._shape, lambda place, count: 1.0)
        return [weigh(place, count) * self._dice.between(0.7, 1.3) for place in range(count)]

    def _add(self, asking, weights, room):
        """One more answer with its replies, or one more reply; how many lines that is, 0 when there is nothing left."""
        able = [(section, weight) for section, weight in zip(asking, weights, strict=True) if self._deals(section)]
        if not able or self._dice.chance(0.3):
            return self._agree() or (self._answer_one(able, room) if able else 0)
        return self._answer_one(able, room)

    def _answer_one(self, able, room):
        section = self._dice.weighted(*zip(*able, strict=True))
        line = self._answer(section.kind)
        self._reply(line, section.kind, room - 1)
        section.lines.insert(self._dice.below(len(section.lines) + 1), line)
        return line.size

    def _agree(self):
        """A reply to some answer that has few; 0 where none was found."""
        sections = [section for section in self.script.sections if section.name in _TALK and section.lines]
        for _ in range(_TRIES if sections else 0):
            section = self._dice.weighted(sections, [len(section.lines) for section in sections])
            line = self._dice.pick(section.lines)
            if self._is_open(line):
                line.replies.append(Line(f"*{9 + len(line.replies)}:", self._agreeing(section.kind)))
                return 1
        return 0

    def _deals(self, section):
        return not section.is_whole and bool(self._decks.get(section.kind))

    def _is_open(self, line):
        return len(line.replies) < _MOST_REPLIES and line.who != "we" and "spam" not in line.flags

    def _answer(self, kind):
        who, words = self._decks[kind].deal()
        dice = self._dice
        if dice.chance(0.22) and words.count(". ") < _SENTENCES:
            words = f"{words} {dice.pick(bank()['more'])[1]}"
        if dice.chance(0.08) and kind not in ("pledge", "quoted"):
            words = f"{dice.pick(bank()['opening'])[1]} {_lowered(words)}"
        return Line(who[1:] if who.startswith(NAMED) else f"*0:{who}", words)

    def _reply(self, line, kind, room):
        dice = self._dice
        if room > 1 and kind in _DOING and self._decks["ask"] and dice.chance(0.22):
            self._pair("ask", "*1:", line)
        elif room > 1 and kind not in ("pledge", "quoted") and self._decks["prompt"] and dice.chance(0.07):
            self._pair("prompt", "we", line)
        else:
            replies = min(room, dice.weighted((0, 1, 2, 3), (52, 32, 12, 4)))
            line.replies += [Line(f"*{number}:", self._agreeing(kind)) for number in range(1, replies + 1)]

    def _agreeing(self, kind):
        """What somebody replies who has nothing to ask."""
        return self._decks["doing" if kind in _DOING and self._dice.chance(0.5) else "reply"].deal()[1]

    def _pair(self, kind, who, line):
        """Somebody asks, and whoever wrote the line answers."""
        asked, answered = self._decks[kind].deal()[1].split(" > ")
        line.replies.append(Line(who, asked, replies=[Line(line.who, answered)]))

    def _open(self, size):
        """Welcome, rules and hellos; how many lines."""
        lines = [self._hello(person) for person in self._newcomers[: round(size * _GREETING)]]
        if any(section.name == "question" for section in self.script.sections):
            lines += self._welcome(size)
        self.script.sections.insert(0, Section("introductions", -620, lines=lines))
        return sum(line.size for line in lines)

    def _welcome(self, size):
        facts = self.script.facts
        title = self.script.title
        welcome = self._decks["welcome"].deal()[1]
        if title.endswith("?") and "{lower}" in welcome:
            welcome = bank()["welcome"][0][1]
        yield Line("we", welcome.format(title=title, lower=_lowered(title)), second=-40)
        if size > _LARGE:
            tag = facts.get("hashtags", "WeCops").split(",")[0]
            yield Line("we", self._decks["rules"].deal()[1].format(tag=tag), second=-self._dice.between(200, 620))
        if facts["hosts"]:
            handles = " and ".join(f"@{cast()[key].handle}" for key in facts["hosts"].split(", "))
            handover = self._decks["handover"].deal()[1].format(host=handles)
            yield Line("we", handover, second=self._dice.between(20, 90))

    def _hello(self, person):
        trade = [words for trades, words in bank()["who"] if person.trade in trades]
        taken = self._introduced.setdefault(person.trade, Deck([("", words) for words in trade], self._dice))
        line = Line(person, f"{self._decks['hello'].deal()[1]} {taken.deal()[1] if taken else ''}".strip())
        if self._dice.chance(0.2):
            line.replies.append(Line("we", self._decks["greet"].deal()[1]))
        return line

    def _close(self, size):
        """Thanks, goodbyes and a late reader or two; how many lines."""
        end = self._end()
        lines = [Line("we", self._decks["thanks"].deal()[1], second=end)]
        lines += [self._card("bye") for _ in range(round(size * _LEAVING)) if self._decks["bye"]]
        for _ in range(1 + (size > 100)):
            late = self._card("late")
            late.second = end + self._dice.between(25, 75) * 60
            lines.append(late)
        self.script.sections.append(Section("closing", end, lines=lines))
        return len(lines)

    def _end(self):
        """The second at which the community says thank you."""
        last = self.script.sections[-1].second
        return max(
            int(self.script.facts.get("minutes", 60)) * 60 - 75, last + (2400 if self._shape == "overrun" else 0)
        )

    def _card(self, kind):
        trades, words = self._decks[kind].deal()
        return Line(f"*0:{trades}", words)


def _lowered(words):
    """The words as they stand behind a colon; "I", "I'm" and what is all in capitals stay."""
    first = words.split(" ", 1)[0]
    is_word = first[1:].islower() or first == "A"
    return words[0].lower() + words[1:] if is_word and not first.startswith(("I'", '"')) else words
