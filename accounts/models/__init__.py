"""Who: communities, people, the team, prose pages; and what work is due."""

from accounts.models.appointment import Appointment
from accounts.models.community import Community, bare_hashtag, known_hashtags, known_time_zone
from accounts.models.leased import Leased, Tick
from accounts.models.page import Page, Revision
from accounts.models.team import TeamMember
from accounts.models.user import User

__all__ = [
    "Appointment",
    "Community",
    "Leased",
    "Page",
    "Revision",
    "TeamMember",
    "Tick",
    "User",
    "bare_hashtag",
    "known_hashtags",
    "known_time_zone",
]
