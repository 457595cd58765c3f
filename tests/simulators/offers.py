"""What the demo's invented people offer to host, and how far each offer has come."""

from typing import NamedTuple


class Offer(NamedTuple):
    """One offer.  ``hosts`` are keys of texts/cast.txt, the first offers it; it is ``weeks`` after the practice chat.

    ``stage`` is a value of ``chats.models.Stage``, or "moved" or "cancelled" of the chat it became, with a ``reason``.
    ``coming`` is the slug of a chat in texts/coming.txt, whose title and questions it has.
    """

    stage: str
    hosts: tuple[str, ...]
    title: str = ""
    why: str = ""
    questions: tuple[str, ...] = ()
    coming: str = ""
    weeks: int = 0
    days_ago: int = 10
    topic: str = ""
    care: str = ""
    readings: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    messages: tuple[tuple[str, str], ...] = ()
    reviews: tuple[tuple[str, int, str], ...] = ()
    votes: tuple[str, ...] = ()


# With an address that they confirmed, so that letters to them stand at the desk.
READERS = ("ann", "kit")
BIOGRAPHIES = {
    "ines": "I work for a small charity that stands beside families while they wait.",
    "hal": "Search adviser for eleven years. Muddy boots, and a map for everything.",
    "rhys": "Police chaplain. Mostly tea, mostly listening.",
    "kit": "Control room, nights. I edit the write-ups and ask what words mean.",
    "ola": "Dog handler. The dog is the one with the followers.",
    "priya": "Response officer on her fourth rota in five years.",
    "beth": "Nurse in an emergency department that never closes.",
    "femi": "Sergeant, neighbourhood team, and a father of two who ask good questions.",
    "dev": "I look after the vans and the tablets in them.",
    "nora": "Retired. Still curious.",
}
OFFERS = (
    Offer(
        "confirmed",
        ("ines", "hal"),
        coming="the-first-hour-when-someone-goes-missing",
        weeks=2,
        days_ago=40,
        why="Every week somebody opens a door to two officers and hears the same ten questions. Families tell us which "
        "of them helped and which still hurt. Officers tell us that nobody ever showed them the difference.\n\n"
        "We would like both to be in one room for an hour.",
        care="Some of us have been the family.",
        readings=(
            (
                "What we would like the first officer to know: six families, one page",
                "https://missing.example/families",
            ),
            ("Where people are found, and how far from home #academicpony", "https://missing.example/study"),
        ),
    ),
    Offer(
        "confirmed",
        ("rhys", "kit"),
        coming="reading-the-comments",
        weeks=4,
        days_ago=33,
        why="A bad week in the news is a bad week in the canteen. People read what strangers write about them at three "
        "in the morning, alone, and come in at seven. We want to ask what helps, and who notices.",
        care="We will talk about abuse online. Nobody has to repeat what was said to them.",
        readings=(
            ("After the headline: how staff sleep #academicpony", "https://rest.example/headline"),
            ("A supervisor's short list for the first day", "https://rest.example/first-day"),
        ),
    ),
    Offer(
        "moved",
        ("kit",),
        "Handover in five minutes",
        "The shift ends, the phones do not. What is said in those five minutes decides the next eight hours, and "
        "nobody teaches it.",
        (
            "What do you always hand over, whatever the time?",
            "What have you lost in a handover, and how did you find out?",
            "Which words mean one thing to you and another to the next shift?",
            "If you could change one thing about it tomorrow, what would it be?",
        ),
        weeks=6,
        days_ago=25,
        topic="control-rooms",
        readings=(("Ten handovers, listened to twice #academicpony", "https://handover.example/listening"),),
        reason="The control room has its exercise on the evening we had chosen, so we meet a week earlier.",
    ),
    Offer(
        "cancelled",
        ("ola",),
        "The dog that finds people, and the one that sits with them",
        "Two kinds of work, one kind of patience. I would like to hear from those who have met either.",
        (
            "Where have you met a dog at work, and what changed in the room?",
            "What does the handler need from everybody else?",
            "Who should meet one who never does?",
        ),
        weeks=3,
        days_ago=30,
        topic="wellbeing",
        reason="Ola is on duty that evening after all. The chat comes back in the spring.",
    ),
    Offer(
        "accepted",
        ("kit", "beth"),
        "When a child calls",
        "More calls come from children than people think. The first sentence back matters, and each has only one.",
        (
            "What is the first thing you say to a child who calls?",
            "How do you find out where they are without frightening them?",
            "Who do you wish you could hand the call to?",
            "What do you do afterwards, for yourself?",
        ),
        weeks=8,
        days_ago=12,
        topic="control-rooms",
        care="Some calls end badly. Take a break when you need one.",
    ),
    Offer(
        "pending",
        ("femi",),
        "Three years with a camera on my chest",
        "We were told what it would do for evidence. Nobody asked what it does to a conversation on a doorstep.",
        (
            "When do you switch it on, and who taught you when?",
            "What has it changed for the person in front of you?",
            "What would you tell somebody who gets theirs tomorrow?",
        ),
        weeks=10,
        days_ago=15,
        topic="technology",
        reviews=(("ann", 5, "Clear, kind, and not about the maker."), ("sunil", 4, "")),
    ),
    Offer(
        "submitted",
        ("priya",),
        "Sleeping after a late turn",
        "Home at three, the school run at eight. Everybody has a trick and nobody has the answer.",
        (
            "What happens in your house between coming in and falling asleep?",
            "Which trick works, and which only sounds good?",
            "What could a rota do that a pillow cannot?",
            "Who is awake with you, and how are they?",
        ),
        days_ago=6,
        topic="wellbeing",
        readings=(("Light, late shifts and the second sleep #academicpony", "https://rest.example/second-sleep"),),
        reviews=(("ann", 4, "Close to our chat on driving home. Ask for a new angle?"), ("sunil", 5, "Yes, and soon.")),
        votes=("kit", "rhys", "ines", "femi"),
    ),
    Offer(
        "submitted",
        ("kit",),
        "What we owe somebody in their first month on the phones",
        "They leave in the first year, and mostly in the first month. The ones who stayed can tell us why.",
        (
            "What do you remember of your first night?",
            "Who sat beside you, and what did they do right?",
            "What should nobody have to learn alone?",
        ),
        days_ago=4,
        topic="control-rooms",
        messages=(
            ("ann", "We like this very much. Would you have somebody in their first year beside you?"),
            ("kit", "Liv has been here five months and says yes. I will add her when we have a date."),
        ),
    ),
    Offer(
        "draft",
        ("kit",),
        "A quiet word with the duty inspector",
        "I want to ask what makes it possible to say that something is wrong, early and without a form.",
        ("When did somebody say it early, and what came of it?",),
        days_ago=1,
    ),
    Offer(
        "declined",
        ("dev",),
        "Ten apps that every officer needs",
        "There are so many, and some are really good.",
        ("Which do you use?", "Which should everybody have?", "Which is missing?"),
        days_ago=20,
        topic="technology",
        reason="It would name products, and we hold no chats that sell something. We would love one about what no app "
        "can do for you on a Friday night. Would you think about that?",
    ),
    Offer(
        "invited",
        ("nora",),
        "The first woman in the room",
        "You told us once over coffee. We think that more people should hear it.",
        days_ago=2,
        topic="leadership",
    ),
)
