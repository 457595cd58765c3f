"""Who: communities, people, the team, prose pages; what the team did, and what work is due."""

from accounts.models.appointment import Appointment
from accounts.models.audit import AuditEntry
from accounts.models.community import Community, known_time_zone
from accounts.models.leased import Leased, Tick
from accounts.models.page import Page, Revision
from accounts.models.team import TeamMember
from accounts.models.user import User

__all__ = [
    "Appointment",
    "AuditEntry",
    "Community",
    "Leased",
    "Page",
    "Revision",
    "TeamMember",
    "Tick",
    "User",
    "known_time_zone",
]
