"""The moment of the practice chat -> the demo's archive: invented chats of ten years before it, and what is to come."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulators import scripts
from tests.simulators.community import WECOPS
from tests.simulators.dice import Dice
from tests.simulators.facts import Facts
from tests.simulators.filling import NAMED, Filling, pace
from tests.simulators.liking import like, retweets
from tests.simulators.people import TRADES, Company, cast, crowd
from tests.simulators.practice import TAIL, asked
from tests.simulators.settling import settle
from tests.simulators.staging import Stage

FORTNIGHT = timedelta(days=14)
UK = ZoneInfo("Europe/London")
TEXTS = (
    "wellbeing",
    "leadership",
    "leadership-2",
    "custody",
    "control",
    "neighbourhood",
    "mental-health",
    "technology",
    "evidence",
    "vulnerable",
    "open",
)
COMING = "coming.txt"
DECLARED = 12  # fortnights for which hosts have written their questions down beforehand; older ones are found
REGULARS, OTHERS = 90, 450  # people who come often, and the rest
_PEOPLE_EACH = 1 / 3.3  # for every tweet
_ROOMY = 30  # so many people are two of every trade at least
_FIRST_QUESTION = 300  # seconds
_LAST_QUESTION = 480  # seconds before the end
_BORROWED = ("experience", "works", "hinders", "next")
_SHORTEST_LOAN = 60  # shorter answers are nothing without their question
_LONGEST_QUOTE = 150


def archive(practice_at, *, besides=(), newest=None):
    """The archived chats, oldest first, told one by one: all but those of the slugs ``besides``, of the ``newest``."""
    every = sorted(_scripts(), key=lambda script: int(script.facts["back"]))[:newest]
    for script in reversed(every):
        if script.facts["slug"] not in besides:
            yield told(script, practice_at)


def coming(practice_at):
    """The next chats: announced, not yet held."""
    for script in scripts.read(COMING):
        yield announced(script, practice_at)


def announced(script, practice_at):
    """One script before anybody has said anything."""
    starts_at = _when(script, practice_at)
    _time(script)
    return _facts(script, starts_at, tweets=(), questions=asked(script.sections, starts_at))


def told(script, practice_at):
    """One script as it went."""
    facts = script.facts
    dice = Dice("archive", facts["slug"])
    starts_at = _when(script, practice_at)
    people = _people(int(facts["size"]), dice)
    _time(script)
    is_declared = "asked" in facts or int(facts["back"]) <= DECLARED
    questions = asked(script.sections, starts_at) if is_declared else ()
    wanted = _fill(script, people, dice)
    stage = Stage(starts_at, Company(people, dice), dice, habit=0.05 if facts.get("asked") else 1)
    shape = facts["shape"]
    stage.play(script.sections, until=script.sections[-1].second + 1500, pace=pace(shape, dice))
    like(stage.drafts, dice)
    until = starts_at + _length(script) + TAIL
    stage.drafts += retweets(stage.drafts, people, dice, count=wanted, until=until)
    hashtags = _hashtags(script)
    tweets = settle(stage.drafts, hashtags=hashtags, dice=dice)
    return _facts(script, starts_at, tweets=tweets, questions=questions)


def _scripts():
    return [script for name in TEXTS for script in scripts.read(f"{name}.txt")]


def _when(script, practice_at):
    local = practice_at.astimezone(UK)
    hour, minute = map(int, script.facts.get("at", "21:00").split(":"))
    day = (local - int(script.facts["back"]) * FORTNIGHT).date()
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UK).astimezone(ZoneInfo("UTC"))


def _length(script):
    return int(script.facts.get("minutes", 60)) * timedelta(minutes=1)


def _people(size, dice):
    """As many as befit a chat of this size, some of every trade, half of them regulars."""
    everybody = crowd(REGULARS + OTHERS)
    count = max(len(TRADES), int(size * _PEOPLE_EACH))
    often = dice.shuffled(everybody[:REGULARS])[: count // 2 + 1]
    able = [*often, *dice.shuffled(everybody[REGULARS:])]
    needed = [[person for person in able if person.trade == trade][: 1 + (count > _ROOMY)] for trade in TRADES]
    chosen = dict.fromkeys(person for people in needed for person in people)
    return list(dict.fromkeys([*chosen, *able]))[:count]


def _time(script):
    """Give every question its second: spread over the hour where the script does not say."""
    asking = [section for section in script.sections if section.name == "question"]
    style = Dice("asking", script.facts["slug"])
    label = style.pick(("Q{}", "Q{}", "Q{}:", "Q{}."))
    last = _length(script).total_seconds() - _LAST_QUESTION
    gap = (last - _FIRST_QUESTION) / max(1, len(asking) - 1 + 0.4)
    for number, section in enumerate(asking, 1):
        if section.second is None:
            section.second = int(_FIRST_QUESTION + (number - 1) * gap + style.between(-45, 45))
        if section.label is None:
            section.label = "" if script.facts.get("asked") else label.format(number)


def _fill(script, people, dice):
    """Add everybody else; how many retweets are wanting."""
    facts = script.facts
    if facts.get("script") == "only":
        return 0
    borrowed = {}
    if facts.get("borrow"):
        script.sections[0].kind, script.sections[0].is_whole = "quoted", False
        borrowed = _borrowed(int(facts["back"]))
    return Filling(script, people, dice, borrowed).fill(int(facts["size"]))


def _borrowed(back):
    """What people said in earlier chats, as cards by kind of question; and as quotations of those chats."""
    cards: dict[str, list[tuple[str, str]]] = {"quoted": []}
    for script in _scripts():
        for section in script.sections if int(script.facts["back"]) > back else ():
            for line in section.lines if section.kind in _BORROWED else ():
                if len(line.words) > _SHORTEST_LOAN and not line.replies and "<" not in line.words:
                    who = NAMED + line.who if line.who in cast() else line.who[0]
                    cards.setdefault(section.kind, []).append((who, line.words))
                    if section.kind == "experience" and '"' not in line.words and len(line.words) < _LONGEST_QUOTE:
                        cards["quoted"].append(("", f"“{line.words}” From {script.title}."))
    return cards


def _hashtags(script):
    return tuple(script.facts.get("hashtags", WECOPS).split(", "))


def _facts(script, starts_at, *, tweets, questions):
    facts = script.facts
    hosts = [key for key in [*facts["hosts"].split(", "), facts.get("partner", "")] if key]
    return Facts(
        slug=facts["slug"],
        title=script.title,
        summary=facts["summary"],
        starts_at=starts_at,
        ends_at=starts_at + _length(script),
        hashtags=_hashtags(script),
        tags=tuple(filter(None, [facts.get("tags", "")])),
        topic=facts["topic"],
        hosts=tuple(cast()[key] for key in hosts),
        questions=tuple(questions),
        tweets=tweets,
        format=facts.get("format", "twarc-v2"),
    )
