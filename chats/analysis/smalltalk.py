"""A tweet's text -> whether it is plainly no answer: a greeting, thanks, a goodbye, leaving, or no words at all."""

import re

# Behind so many words a greeting or thanks is only how an answer begins.
SHORT = 20

_ASIDE = re.compile(r"[#@]\w+|https?://\S+")
_WORD = re.compile(r"[^\W_]+")
# "Night shifts", "hi-vis", "a good night's sleep", "welcome packs" and "thanks to my tutor" open answers.
_OPENING = re.compile(
    r"""
    \W*+ (?:
        hi | hiya | hello | hey | hallo | good\s?(?:morning|afternoon|evening|night)
      | (?:morning|afternoon|evening) (?= [!.,] )
      | (?:morning|afternoon|evening|night|welcome) \s (?:all|everyone|everybody|folks|back|to)
      | welcome (?= \W*+ \w*+ \W*+ \Z )
      | (?: thanks | thank\ you ) (?!\ to\b)
      | thx | cheers | bye | goodbye | see\ you | lol | (?:ha){2,} | great\ chat | that['\u2019]?s\ all\ folks
      | (?: sorry,?\s )? (?: i(?:['\u2019]ve)?\s )? (?: gotta | (?:got|have|need|time)\sto | must ) \s
        (?: go | bounce | dash | run | jet | scoot | leave | bail | (?:sign|log)\soff | head\s(?:off|out) | duck\sout )
        (?=
            \W*+ (?: \Z | (?:now|all|everyone|everybody|folks|early|but|and|so|thanks|great|good)\b )
          | \s?[,.!;:\u2013\u2014-]
        )
    ) \b (?! [\-'\u2019] \w )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_smalltalk(text: str) -> bool:
    """Whether a short text opens so, or a text holds only mentions, hashtags and signs.  A link may be an answer."""
    words = words_of(text)
    if not _OPENING.match(_ASIDE.sub(" ", text)):
        return not words and "://" not in text
    return len(words) <= SHORT


def words_of(text: str) -> list[str]:
    """The words of a text, in order, without mentions, hashtags and links."""
    return _WORD.findall(_ASIDE.sub(" ", text))
