"""A written word -> what it counts as: one spelling, and nothing where it says nothing by itself."""

import re
from collections.abc import Iterable

# An address, a handle or hashtag, a word, or a sign: everything but words is looked at only to keep neighbours apart.
_TOKEN = re.compile(r"https?://\S+|[@#＠＃]\w[\w@.-]*|\w+(?:['-]\w+)*|[^\w\s]")  # noqa: RUF001 - as phones type them
# How a tweet says which question it answers, or asks.
_LABEL = re.compile(r"[aq]|(?:[aq]|answer|question)\d{1,2}[a-d]?")

# What a chat is made of, and how people count, in every one of them.
_OF_EVERY_CHAT = """
    add answer answered answering answers asked asking best better chat eight first five four last long nine question
    questions retweet second set seven six tell telling ten third three time times told tonight tweet tweeting tweets
    twenty two
"""

NOTHING = "."
SHORTEST, LONGEST = 2, 40  # letters; what is longer is no word

_STOP = """
    a about above across actually after again against ago ah all almost along already also although always am among an
    and another any anybody anyone anything are aren't around as ask at away back be became because become been before
    behind being below between both but by came can can't cannot come comes coming could couldn't cos cuz did didn't do
    does doesn't doing don't done down during each either else enough especially etc even evening ever every everybody
    everyone everything far few for from get gets getting give given gives go goes going gone gonna good got great had
    hadn't has hasn't have haven't having he he'd he'll he's hello her here here's hers herself hey hi him himself his
    hiya how how's however i i'd i'll i'm i've ie eg if in indeed instead into is isn't it it'd it'll it's its itself
    just keep kind know least less let let's like lol look looking lot lots made make makes making many may maybe me
    mean means might mine more morning most much must my myself need needed needs neither never next no nobody none nor
    not nothing now of off oh ok okay on once one only onto or other others our ours ourselves out over own per perhaps
    please put quite rather re really rt said same say saying says see seem seems seen several shall she she'd she'll
    she's should shouldn't since so some somebody someone something sometimes somewhere soon still such sure take taken
    takes than thank thanks that that'd that'll that's the their theirs them themselves then there there's these they
    they'd they'll they're they've thing things think this those though through thx to too took towards true try
    trying under until up upon us use used using usually ve very via want wanted wants was wasn't way we we'd we'll
    we're we've welcome well went were weren't what what's when where where's whether which while who who's whole whom
    whose why will with within without won't would wouldn't yeah yep yes yet you you'd you'll you're you've your yours
    yourself yourselves
"""
STOP_WORDS = frozenset(_STOP.split() + _OF_EVERY_CHAT.split())

# The American spelling on the left, its sister to the right; whole words only, so that "prize" stays a prize.
_PAIRS = """
    analyze:analyse analyzed:analysed analyzing:analysing behavior:behaviour behavioral:behavioural
    behaviors:behaviours canceled:cancelled canceling:cancelling catalog:catalogue center:centre centered:centred
    centers:centres color:colour colored:coloured colors:colours counseling:counselling counselor:counsellor
    counselors:counsellors defense:defence endeavor:endeavour favor:favour favorite:favourite favorites:favourites
    fulfill:fulfil gray:grey harbor:harbour honor:honour honored:honoured humor:humour judgment:judgement
    labeled:labelled labeling:labelling labor:labour learned:learnt mom:mum moms:mums neighbor:neighbour
    neighborhood:neighbourhood neighborhoods:neighbourhoods neighbors:neighbours offense:offence pajamas:pyjamas
    paralyzed:paralysed rumor:rumour rumors:rumours skeptical:sceptical skillful:skilful theater:theatre
    traveled:travelled traveling:travelling well-being:wellbeing
"""
_IZE = """
    apologi authori capitali categori character criminali customi digitali emphasi final generali hospitali
    institutionali legali legitimi maximi minimi mobili moderni normali optimi organi penali personali politici
    prioriti professionali radicali reali recogni re-organi scrutini social special speciali stabili standardi
    stigmati summari sympathi traumati trivi utili victimi visuali
"""
_ENDINGS = {
    "ze": "se",
    "zed": "sed",
    "zes": "ses",
    "zing": "sing",
    "zation": "sation",
    "zations": "sations",
    "zational": "sational",
    "zer": "ser",
    "zers": "sers",
}


def _spellings() -> dict[str, str]:
    pairs = dict(pair.split(":") for pair in _PAIRS.split())
    stems = [stem if stem.endswith("i") else f"{stem}i" for stem in _IZE.split()]
    return pairs | {f"{stem}{us}": f"{stem}{uk}" for stem in stems for us, uk in _ENDINGS.items()}


BRITISH = _spellings()


# With an s these are words of their own.
_NO_SINGULAR = frozenset({"custom", "good", "mean", "right", "saving", "spirit"})


def has_plural(word: str) -> bool:
    """Whether the same word with an s at its end means the same: not "new" and "news", "academic" and "academics"."""
    return len(word) > 3 and word.isalpha() and not word.endswith(("s", "ic")) and word not in _NO_SINGULAR


def is_label(tag: str) -> bool:
    """Whether a hashtag only says which question is meant: #A6, #Q2."""
    return bool(_LABEL.fullmatch(tag.lower()))


class Vocabulary(dict[str, str]):
    """Looked up by what stands between two spaces, in lower case: its words, with ``NOTHING`` for what does not count.

    So a sign keeps its neighbours apart.  Every spelling is worked out once.  A text of words and not a list of them:
    thousands of lists would make Python's collector of garbage walk through the whole chat.
    """

    def __init__(self, left_out: Iterable[str]) -> None:
        super().__init__()
        self._left_out = STOP_WORDS.union(word.lower() for word in left_out)

    def __missing__(self, written: str) -> str:
        found = self._word(written) if written.isalpha() else " ".join(map(self._word, _TOKEN.findall(written)))
        self[written] = found
        return found

    def words(self, text: str) -> list[str]:
        return " ".join(map(self.__getitem__, text.split())).split()

    def _word(self, token: str) -> str:
        word = token.removesuffix("'s")
        is_word = SHORTEST <= len(word) <= LONGEST and word[0].isalpha() and "/" not in word
        if not is_word or word in self._left_out or token in self._left_out:
            return NOTHING
        if not word.isalpha() and _LABEL.fullmatch(word):
            return NOTHING
        return BRITISH.get(word, word)
