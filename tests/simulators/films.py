"""texts/films -> the invented films of the demo, as facts: one to watch, and one that is shown live before a chat."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "texts" / "films"
CHANNEL = {"channel": "https://harbour-street-films.example/", "channel_name": "Harbour Street Films"}


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """One film.  ``chat`` and ``event`` are slugs; ``lead`` is how long before that chat it begins, where it is live.

    ``parts`` are fields of chapters, takeaways and so on, by the names of ``blog.publishing.videos.write``.
    """

    slug: str
    chat: str
    lead: timedelta | None
    fields: dict
    parts: dict[str, list[dict]] = field(default_factory=dict)
    event: str = ""


def _placed(*rows, names):
    return [{"position": place, **dict(zip(names, row, strict=True))} for place, row in enumerate(rows)]


def _timed(*rows, names):
    return [{"at": at, **dict(zip(names, row, strict=True))} for at, *row in rows]


def films():
    """All of them, the oldest first."""
    slug = "three-shifts-one-kitchen-table"
    kitchen = FilmFacts(
        slug=slug,
        chat="driving-home-after-nights",
        lead=None,
        event="together-in-a-room",
        fields={
            "title": "Three shifts, one kitchen table",
            "summary": "A response officer, a call handler and a nurse compare the last hour of nights.",
            "carrier": "youtube",
            "key": "WeCops-Film",
            "seconds": 24 * 60,
            "transcript": (FOLDER / f"{slug}.txt").read_text(encoding="utf-8"),
            **CHANNEL,
        },
        parts={
            "speakers": _placed(
                ("Priya Ferrow", "response officer"),
                ("Kit Marrish", "control room"),
                ("Beth Quarrie", "emergency nurse"),
                names=("name", "role"),
            ),
            "chapters": _timed(
                (0, "Who is at the table"),
                (160, "What 5 am feels like"),
                (312, "The hour nobody owns"),
                (570, "Things people say to be kind"),
                (724, "A handover that worked"),
                (1120, "The route home"),
                (1335, "What they will try next"),
                names=("title",),
            ),
            "takeaways": _timed(
                (
                    312,
                    "The last hour is nobody’s hour",
                    "All three described it as the time when help has gone home.",
                ),
                (
                    724,
                    "Handover is care",
                    "Beth’s ward ends every night with one sentence for each person, patient or not.",
                ),
                (
                    1165,
                    "Say the drive out loud",
                    "Naming the route is enough to make somebody notice they are too tired for it.",
                ),
                names=("title", "words"),
            ),
            "soundbites": _timed(
                (
                    431,
                    "I know every siren in this city and I have never met half the people inside.",
                    "never met half the people inside",
                    "Kit Marrish",
                ),
                (
                    1301,
                    "We are all three driving home past each other.",
                    "driving home past each other",
                    "Beth Quarrie",
                ),
                names=("words", "marked", "by"),
            ),
            "partners": _placed(
                ("Fleetbay Hospital night team", "let us film in their kitchen"),
                ("Harbour Street Films", "cameras, captions, audio description"),
                ("Lowmoor Lottery Trust", "paid for it, saw nothing beforehand"),
                names=("name", "gave"),
            ),
        },
    )
    search = FilmFacts(
        slug="a-night-with-the-search-team",
        chat="the-first-hour-when-someone-goes-missing",
        lead=timedelta(minutes=90),
        fields={
            "title": "A night with the search team",
            "summary": "From the room where a search is planned, during an exercise. Watch, then bring what you saw to "
            "the chat.",
            "behind_minutes": 10,
            "promises": "An exercise, never a real search. It says so on the screen throughout.\n"
            "Everybody in the room has said yes, and can say stop.\n"
            "Ten minutes behind, so that a mistake can be cut.\n"
            "Afterwards: chapters, takeaways, sound bites, words.",
            **CHANNEL,
        },
        parts={
            "speakers": _placed(
                ("Hal Stenbury", "search adviser"),
                ("Inês Carvoal", "missing people charity"),
                names=("name", "role"),
            ),
            "partners": _placed(
                ("Lowmoor Search and Rescue", "volunteers, lent us the room"),
                ("Harbour Street Films", "cameras and captions"),
                names=("name", "gave"),
            ),
        },
    )
    return kitchen, search
