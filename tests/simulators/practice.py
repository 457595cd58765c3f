"""A seed and a scale -> the practice chat: one invented hour that behaves like a real one, with its hidden truth."""

from datetime import UTC, datetime, timedelta

from tests.simulators import scripts
from tests.simulators.community import WECOPS
from tests.simulators.dice import Dice
from tests.simulators.facts import Facts, Question
from tests.simulators.formats import to_tags, to_twarc_v1, to_twarc_v2
from tests.simulators.liking import like, retweets
from tests.simulators.people import Company, cast, crowd
from tests.simulators.scaling import enlarged
from tests.simulators.settling import settle
from tests.simulators.staging import Stage

__all__ = ["practice", "to_tags", "to_twarc_v1", "to_twarc_v2"]

HOUR = timedelta(hours=1)
TAIL = timedelta(minutes=90)
STARTS_AT = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
ONLOOKERS = 26  # people who only retweet, for each time the chat is enlarged


def practice(scale=1, seed=312, *, starts_at=STARTS_AT):
    """The chat, ``scale`` times as large.  The same arguments give the same chat, to the byte, on every machine."""
    dice = Dice("practice", scale, seed)
    script = scripts.read("practice.txt")[0]
    bystanders = crowd(ONLOOKERS * scale)
    sections = enlarged(script.sections, scale, dice)
    stage = Stage(starts_at, Company(bystanders, dice), dice, habit=0)
    stage.play(sections, until=70 * 60, pace=lambda span: dice.lag(0.3 * span, 1.35 * span))
    drafts = stage.drafts
    like(drafts, dice)
    drafts += retweets(drafts, [*_locals(drafts), *bystanders], dice, until=starts_at + HOUR + TAIL)
    return Facts(
        slug=script.facts["slug"],
        title=script.title,
        summary=script.facts["summary"],
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        hashtags=(WECOPS,),
        topic=script.facts["topic"],
        hosts=tuple(cast()[key] for key in script.facts["hosts"].split(", ")),
        questions=tuple(asked(sections, starts_at)),
        tweets=settle(drafts, hashtags=(WECOPS,), dice=dice),
    )


def asked(sections, starts_at):
    """The questions of a chat as its hosts planned them."""
    asking = [section for section in sections if section.name == "question"]
    for number, section in enumerate(asking, 1):
        planned_at = (starts_at + timedelta(seconds=section.second)).replace(second=0, microsecond=0)
        yield Question(number, section.text, planned_at)


def _locals(drafts):
    """Everybody of the cast who spoke and may retweet."""
    silent = {draft.author for draft in drafts if draft.why == "spam" or draft.author.is_protected}
    return [person for person in dict.fromkeys(draft.author for draft in drafts) if person not in silent]
