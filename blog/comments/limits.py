"""What somebody would send -> nothing, or the reason why it cannot be sent, as a sentence for them.

All is counted in rows: a cache may vanish, and whoever wants to write too much would not mind.
"""

import ipaddress
import re
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from accounts import crisis, prose
from accounts.models import Community, User
from accounts.roles import TEAM
from blog import thread
from blog.models import Comment, CommentState, HeldFor
from chats.lifecycle import NotAllowed
from chats.rendering import numbers, times

LONGEST = 2000  # characters
MOST_LINKS = 2
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR = 10  # of one person
MOST_FROM_A_PLACE = 30  # an hour: a whole station may share an address
MOST_REPORTS = 20  # a day
COPIED = 60  # characters: whoever says as much word for word as somebody else did not write it
LOOKED_AT = timedelta(days=30)  # after a removal

_LINK = re.compile(r"<a href=")
_TAG = re.compile(r"<[^>]+>")


class Refused(NotAllowed):
    """Why something is not taken.  ``heading`` is set where it is about more than the words in the box."""

    def __init__(self, sentence: str, heading: str = "") -> None:
        super().__init__(sentence)
        self.heading = heading


def place(address: str) -> str:
    """A network address as its network (/24, of IPv6 /64), and that as a sign that leads back to none."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(told, "ipv4_mapped", None) or told
    bits = 24 if mapped.version == 4 else 64
    network = ipaddress.ip_network(f"{mapped}/{bits}", strict=False)
    return salted_hmac("blog.comments.place", str(network), algorithm="sha256").hexdigest()[:32]


def check_words(text: str) -> tuple[str, SafeString]:
    """What is kept of it: the words without what cannot be seen, and their HTML."""
    words = prose.lines(text)
    if len(words) > LONGEST:
        over = len(words) - LONGEST
        raise Refused(
            f"It is {numbers.counted(over, 'character,characters')} too long. Shorten it, or offer it as a story."
        )
    html = prose.remark(words)
    if not prose.one_line(_TAG.sub("", html)):
        raise Refused("Write something first.")
    links = len(_LINK.findall(html))
    if links > MOST_LINKS:
        raise Refused(
            f"It has {links} links, and {MOST_LINKS} are the most: more of them look like an advertisement. "
            "Keep those that matter."
        )
    return words, html


def check_writer(user: User) -> None:
    if not user.is_active:
        raise Refused(
            "The team has asked you not to write here, so nothing of yours can be sent.", "You cannot write here"
        )


def check_pace(user: User, sent_from: str, now: datetime) -> None:
    """Ten an hour, and thirty from one network."""
    lately = Comment.objects.filter(sent_at__gt=now - HOUR)
    own = list(lately.filter(author=user).order_by("-sent_at").values_list("sent_at", flat=True)[:MOST_AN_HOUR])
    if len(own) == MOST_AN_HOUR:
        again = times.clock(localtime(own[-1] + HOUR + timedelta(minutes=1)), user.zone)
        raise Refused(
            f"Thank you for having so much to say. You can send the next at {again}; your words are still in the box. "
            "This slows down spam, and now and then a good talker.",
            "That was ten comments in an hour",
        )
    if sent_from and lately.filter(sent_from=sent_from).count() >= MOST_FROM_A_PLACE:
        raise Refused(
            "Many comments came from your network within an hour, perhaps of others. Send yours in a while; what you "
            "wrote is still in the box.",
            "Too many at once from one place",
        )


def check_new(user: User, text: str, community: Community, now: datetime, *, but: int = 0) -> None:
    """That neither they nor, if it is long, anybody else said exactly this within a day; ``but`` is the one in hand."""
    same = Comment.objects.filter(text=text, sent_at__gt=now - DAY, post__community=community).exclude(pk=but)
    if same.filter(author=user).exists():
        raise Refused("You have sent exactly this before. It is there, or waits for a volunteer.")
    if len(text) >= COPIED and same.exists():
        raise Refused("Somebody else has sent exactly this today. Say it in your own words.")


def held_for(user: User, community: Community, now: datetime, *, but: int = 0) -> HeldFor | None:
    """Why a volunteer reads it first; None where nobody need."""
    if user.is_superuser or user.appointments.filter(community=community, role__name__in=TEAM).exists():
        return None
    if crisis.position(community).holds_comments:
        return HeldFor.CRISIS
    others = Comment.objects.filter(author=user, post__community=community).exclude(pk=but)
    if others.filter(state=CommentState.REMOVED, decided_at__gt=now - LOOKED_AT).exists():
        return HeldFor.LOOK
    return None if thread.is_known(user, community, but=but) else HeldFor.FIRST
