"""The invented gatherings in person of the demo, as facts."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the programme of one day."""

    starts: time
    title: str
    text: str = ""
    speakers: str = ""
    room: str = ""
    is_pause: bool = False


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One gathering: ``days`` ahead, or back where that is less than nought; the rest as ``chats.models.Event`` has it.

    ``speakers`` are (name, who they are), ``partners`` (name, what they give).
    """

    slug: str
    title: str
    summary: str
    days: int
    starts: time
    ends: time
    place: str
    address: str
    way: str
    cost: str
    access: str
    text: str
    programme: tuple[Item, ...]
    speakers: tuple[tuple[str, str], ...]
    partners: tuple[tuple[str, str], ...]
    time_zone: str = "Europe/London"
    places: str = ""
    tickets: str = ""
    map: str = ""


TOGETHER = EventFacts(
    slug="together-in-a-room",
    title="Together, in a room",
    summary="Ten years of talking by tweet. One day of talking over lunch. No lanyards with ranks on.",
    days=4,
    starts=time(10),
    ends=time(16),
    place="The Old Tram Shed, Leeds",
    address="3 Siding Yard, Leeds LS0 0AA",
    way="Twelve minutes on foot from the station. Two blue badge spaces, please tell us. If you are coming off nights, "
    "there is a lift list.",
    cost="Free, lunch included",
    access="Step free, hearing loop, quiet room",
    places="9 of 40 left",
    tickets="https://tickets.example/together-in-a-room",
    map="https://maps.example/old-tram-shed",
    text="""\
## If you would rather listen

Nobody has to speak. There is a table by the window for people who came to listen, and it is the first to fill up.

## What to bring

A question that has been with you for longer than a month. Somebody at your table will have the other half of it.
""",
    programme=(
        Item(time(10), "Hello, and who is here", "Everyone says one thing they know and one thing they wonder."),
        Item(
            time(10, 30),
            "What ten years of questions tell us",
            "Somebody has read every chat. Three surprises.",
            "Dr Moira Tollan",
            "The long hall",
        ),
        Item(time(11, 30), "Tea", is_pause=True),
        Item(
            time(11, 50),
            "Tables of eight",
            "Pick a question from the archive and answer it face to face. Families, staff and officers at every table.",
        ),
        Item(time(13), "Lunch, and the quiet room is open", is_pause=True),
        Item(
            time(14),
            "Three promises",
            "Last year’s takeaways, and the people who acted on them.",
            "Nora Estwick, Tam Oduvale",
            "The long hall",
        ),
        Item(time(15), "What do we ask next?", "Six questions for the chats to come, chosen by hand and by heart."),
    ),
    speakers=(
        ("Dr Moira Tollan", "Sleep researcher"),
        ("Nora Estwick", "Retired superintendent"),
        ("Tam Oduvale", "Married to nights"),
        ("Lena Hoftrup", "Officer, Aarhus"),
    ),
    partners=(
        ("The Old Tram Shed", "the room, at cost"),
        ("Lowmoor Lottery Trust", "lunch, travel for twelve people"),
        ("Harbour Street Films", "captions"),
        ("Northgate Nursing Network", "a table, and the idea"),
    ),
)
AARHUS = EventFacts(
    slug="a-morning-in-aarhus",
    title="A morning in Aarhus",
    summary="Coffee at the harbour with people who have tried what we only talk about.",
    days=-44,
    starts=time(9),
    ends=time(12, 30),
    time_zone="Europe/Copenhagen",
    place="The harbour canteen, Aarhus",
    address="Kaj 14, Aarhus",
    way="Ten minutes on foot from the station, along the water.",
    cost="Free; bring your own cup",
    access="Step free, no hearing loop, one quiet table",
    text="In English and Danish, and in whatever is between them.",
    programme=(
        Item(time(9), "Coffee, and who is here"),
        Item(time(9, 30), "The last hour of a night", "What one signature changed.", "Lena Hoftrup"),
        Item(time(10, 45), "Coffee again", is_pause=True),
        Item(time(11), "Four tables", "One question each, and two moves."),
    ),
    speakers=(("Lena Hoftrup", "Officer, Aarhus"), ("Mikkel Sandagard", "Her colleague")),
    partners=(("The harbour canteen", "the coffee"),),
)
EVENTS = (AARHUS, TOGETHER)
