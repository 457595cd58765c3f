"""The demo's second community -> everything that is its own: names, colours, people, topics, chats."""

from datetime import date

from tests.simulators import scripts
from tests.simulators.archive import announced, told
from tests.simulators.community import Handed, Member, Topic

SLUG = "wekeepers"
DOMAIN = "wekeepers.localhost"  # browsers look for every name below "localhost" on their own machine
FACTS = {
    "name": "WeKeepers",
    "handle": "WeKeepers",
    "hashtags": ["WeKeepers"],
    "promise": "People who look after green places, comparing notes.",
    "description": "Three quarters of an hour on X for gardeners, rangers, allotment holders and anybody with a strip "
    "behind the bins.",
    "hue": 155,
    "chroma": "0.62",
    "hue_accent": 118,
    "chroma_accent": "0.95",
}
TEAM = (
    Member("hazel", "Finds hosts, and brings the seeds.", "Allotment holder", date(2024, 3, 1)),
    Member("petra", "Says which of it has been tried with a control.", "Soil scientist", date(2024, 4, 1), None, True),
    Member("idris", "Keeps the calendar and the bowser.", "Park ranger", date(2024, 9, 1)),
    Member("jonah", "Wrote the first question.", "Slope, north side", date(2024, 3, 1), date(2025, 10, 1)),
)
TOPICS = (
    Topic("soil", "Soil and water", "What holds, what runs off, and what it takes to change that.", "petra"),
    Topic("hedges", "Hedges", "Between two people, or between two woods.", "idris"),
    Topic("beginnings", "Beginnings", "First boxes, first beds, first mistakes."),
)
RELAY = (
    Handed(
        "hedges", "who-does-a-hedge-belong-to", "There should be one number to ring about a hedge.",
        "To two councils, as one page with the transcript.", "idris", 2, ask_again_after=30,
    ),
)  # fmt: skip


def held(practice_at):
    """Its archived chats, oldest first."""
    every = sorted(_scripts(), key=lambda script: -int(script.facts["back"]))
    return [told(script, practice_at) for script in every if int(script.facts["back"]) > 0]


def coming(practice_at):
    """Its next chats."""
    return [announced(script, practice_at) for script in _scripts() if int(script.facts["back"]) < 0]


def _scripts():
    return scripts.read("keepers.txt")
