"""The sections of a chat -> the same hour with many more people in it, who say the same things otherwise."""

import re
from dataclasses import replace

from tests.simulators.people import place
from tests.simulators.scripts import Line, bank

_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z\"])")
_LEFT_OUT = frozenset({"spam", "gone"})
_KEPT = frozenset({"re", "qt"})


def enlarged(sections, scale, dice):
    """``scale`` - 1 further lines for every thread, each of two sentences of the section's and by somebody new."""
    return [replace(section, lines=[*section.lines, *_more(section, scale, dice)]) for section in sections]


def _more(section, scale, dice):
    threads = [line for line in section.lines if not line.flags & _LEFT_OUT and line.lang == "en"]
    sentences = [sentence for line in threads for sentence in _SENTENCE.split(line.words)]
    answers = [sentence for line in threads for reply in line.replies for sentence in _SENTENCE.split(reply.words)]
    return [_alike(line, sentences, answers, dice) for _ in range(scale - 1) for line in threads]


def _alike(line, sentences, answers, dice):
    """A thread of the same shape.  From where somebody speaks comes first, so that hardly two begin alike."""
    trades, who = dice.pick(bank()["who"])
    words = f"From {place(dice)}. {who} {dice.pick(sentences)} {dice.pick(sentences)}"
    second = None if line.second is None else line.second + dice.below(100)
    alike = replace(line, who=f"*0:{trades}", words=words, second=second, likes=None, retweets=line.retweets)
    alike.alt_text, alike.flags = "", line.flags & _KEPT
    alike.replies = [_reply(reply, answers, dice, depth=1) for reply in line.replies]
    return alike


def _reply(reply, answers, dice, depth):
    deeper = [_reply(each, answers, dice, depth + 1) for each in reply.replies]
    words = f"{dice.pick(bank()['reply'])[1]} {dice.pick(answers)}"
    return Line(f"*{depth}:", words, replies=deeper)
