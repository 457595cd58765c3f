"""Who: communities, people, the team, prose pages; what is sent to them, what the team did, and what work is due."""

from accounts.models.appointment import Appointment
from accounts.models.audit import AuditEntry
from accounts.models.community import Community, bare_hashtag, known_hashtags, known_time_zone
from accounts.models.crisis import Crisis
from accounts.models.leased import Leased, Tick
from accounts.models.mail import Attachment, Mail
from accounts.models.page import Page, Revision
from accounts.models.portrait import Portrait
from accounts.models.team import TeamMember
from accounts.models.user import User

__all__ = [
    "Appointment",
    "Attachment",
    "AuditEntry",
    "Community",
    "Crisis",
    "Leased",
    "Mail",
    "Page",
    "Portrait",
    "Revision",
    "TeamMember",
    "Tick",
    "User",
    "bare_hashtag",
    "known_hashtags",
    "known_time_zone",
]
