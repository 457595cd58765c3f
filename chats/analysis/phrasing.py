"""The text of a host's labelled tweet -> whether it asks, or only announces; and the words of the question."""

import re

from chats.analysis import labels
from chats.analysis.smalltalk import words_of

# An announcement is at most so many characters.
ANNOUNCEMENT = 100
# Fewer words behind a label may be the caption of a picture that asks.
FEWEST_WORDS = 4

_COMING = re.compile(
    r"\b(?:com(?:ing|in|es)\b.{0,20}\b(?:up|next|soon|shortly)|next\s+up|up\s+next|on\s+(?:its|the)\s+way"
    r"|in\s+(?:a|one|two|\d{1,2})\s+(?:sec|min|moment)\w*)\b",
    re.IGNORECASE,
)
# A sentence that opens so wants an answer, whatever mark closes it.
_REQUEST = re.compile(
    r"(?:\A|[.!:;,\u2013\u2014-]\s|\n)\W*(?:please\s+)?(?:wh(?:at|en|ere|ich|o|om|ose|y)|how|are|is|do|does|did|can|could|would"
    r"|should|will|have|has|share|tell|give|name|list|describe|explain|discuss|think|imagine|suggest|recommend|post|show"
    r"|introduce|choose|pick|finish|complete|let['\u2019]?s)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"#\w+|https?://\S+")
# "What leads people into #policing": the hashtag behind such a word is part of the sentence.
_LEADS_ON = re.compile(r"an?|the|of|on|in|into|to|at|by|for|from|with|about|and|or|is|are", re.IGNORECASE)


def may_be_answered(text: str) -> bool:
    """Whether a labelled text asks, announces, or leaves the question to a picture or another page.

    "Q6 Wow, that hour went quickly" does none of it.
    """
    words = words_of(wording(text))
    asks = "?" in text or _REQUEST.search(labels.without_label(text)) is not None
    return asks or only_announces(text) or "://" in text or len(words) < FEWEST_WORDS


def only_announces(text: str) -> bool:
    """ "Q3 coming right up", "Q1 is about sleep, Q2: food"."""
    is_coming = len(text) <= ANNOUNCEMENT and _COMING.search(text) is not None
    return is_coming or len(labels.read_label(text)) > 1


def wording(text: str) -> str:
    """The words behind the label, on one line, without the hashtags and links behind their end."""
    asked = labels.without_label(text) if labels.read_question(text) else labels.from_label_within(text)
    words = asked.split()
    end = len(words)
    while end and _TRAILING.fullmatch(words[end - 1]):
        end -= 1
    if end and _LEADS_ON.fullmatch(words[end - 1]):
        end += 1
    return " ".join(words[:end])
