"""The invented people and work streams behind WeCops, as the demo shows them."""

from datetime import date
from typing import NamedTuple

WECOPS = "WeCops"


class Member(NamedTuple):
    """Somebody of the team; ``key`` is theirs in texts/cast.txt."""

    key: str
    role: str
    background: str
    joined_on: date
    left_on: date | None = None
    is_academic: bool = False


class Topic(NamedTuple):
    """A work stream; ``owner`` is a member's key or ""."""

    slug: str
    name: str
    summary: str
    owner: str = ""


TEAM = (
    Member("ann", "Looks after hosts. Makes the cards.", "Wellbeing lead by day", date(2019, 3, 4)),
    Member(
        "sunil", "Schedules the chats, usually from a supermarket car park.", "Response inspector", date(2020, 9, 10)
    ),
    Member("wei", "Keeps #academicpony honest and readable.", "MSc student", date(2024, 10, 3), is_academic=True),
    Member("rhys", "First reply to anybody who says they are not all right.", "Police chaplain", date(2017, 1, 12)),
    Member("kit", "Edits the write-ups. Removes the word “stakeholder”.", "Control room", date(2018, 5, 17)),
    Member(
        "lena", "Finds hosts outside the UK, and the time zones to go with them.", "Officer, Aarhus", date(2022, 2, 24)
    ),
    Member(
        "nora", "Asked the first question, and some of the best since.", "Retired superintendent", date(2016, 12, 1)
    ),
    Member(
        "pat", "Brought a friend to the second chat.", "Retired custody sergeant", date(2016, 12, 15), date(2023, 6, 29)
    ),
)
TOPICS = (
    Topic("wellbeing", "Wellbeing", "How people in policing, and at home with them, stay well.", "ann"),
    Topic("leadership", "Leadership", "What good bosses do, told by the people they lead.", "nora"),
    Topic("custody", "Custody", "The suite, seen from both sides of the door.", "rhys"),
    Topic("control-rooms", "Control rooms", "The first voice. Calls, kit, and being heard.", "kit"),
    Topic("neighbourhood", "Neighbourhood policing", "Being known, being there, and being taken away from it."),
    Topic("mental-health", "Mental health", "Corridors, doorsteps and the question that is hard to ask."),
    Topic("technology", "Technology", "Forms, cameras, phones: what helps, what does not, and who decides.", "sunil"),
    Topic("evidence", "Evidence and research", "Research in plain words, and questions for researchers.", "wei"),
    Topic("vulnerable-people", "Vulnerable people", "First hours, first words, and what families wish we knew."),
)


class Handed(NamedTuple):
    """Something handed on; ``chat`` is a slug, days are counted from its evening, ``outcome`` is of chats.models."""

    topic: str
    chat: str
    said: str
    to: str
    by: str
    after: int
    answer: str = ""
    answered_after: int = 0
    outcome: str = "waiting"
    is_checked: bool = False
    ask_again_after: int | None = None


RELAY = (
    Handed(
        "wellbeing", "what-the-uniform-does", "End the shift with a two-minute check on each other.",
        "To the wellbeing leads of three forces, as a card to copy.", "ann", 3,
        "The card is in use at six stations. Two have made it shorter.", 40, "back", is_checked=True,
    ),
    Handed(
        "custody", "neurodiversity-in-the-custody-suite",
        "Noise is the first thing autistic people name, and the last thing suites are built for.",
        "To a national group on custody design, as two pages and the transcript.", "rhys", 4, ask_again_after=28,
    ),
    Handed(
        "mental-health", "waiting-in-the-corridor", "Two services should not need two handovers of one person.",
        "To a hospital trust and a force that share a corridor, as one page.", "rhys", 6,
        "They have tried one sheet for both since spring, and say that it saves a quarter of an hour.", 120, "back",
    ),
    Handed(
        "evidence", "five-papers-on-rest-in-plain-words", "Research on rest should come as one page, not as forty.",
        "To two university departments.", "wei", 10,
        "One sends a page with every paper now. The other has no time for it.", 60, "refused",
    ),
)  # fmt: skip


class Visitor(NamedTuple):
    """Somebody whom the demo lets one sign in as; ``role`` is that of accounts.roles, or "" for a member."""

    key: str
    role: str = ""
    is_suspended: bool = False


VISITORS = (
    Visitor("priya"),
    Visitor("ann", "organiser"),
    Visitor("moira", "editor"),
    Visitor("sunil", "moderator"),
    Visitor("kit", "host"),
    Visitor("zara", is_suspended=True),
)
