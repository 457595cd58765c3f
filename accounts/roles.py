"""Who does what in a community -> Django's groups and their permissions: one table, written after every migrate."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from accounts.models import Appointment, Community, User


class Role(models.TextChoices):
    MEMBER = "member", "member"
    HOST = "host", "host"
    ORGANISER = "organiser", "organiser"
    EDITOR = "editor", "editor"
    MODERATOR = "moderator", "moderator"


# Those for whom signing in with X is not enough: they can change what others see.
TEAM = frozenset({Role.ORGANISER, Role.EDITOR, Role.MODERATOR})
DESK = TEAM | {Role.HOST}

_LOOK = ("view",)
_SPEAK = ("view", "add")
_WORK = ("view", "add", "change")
_ALL = ("view", "add", "change", "delete")
# What each may do, by model.  A host's lists hold their own chats and proposals only.
# Everybody who is signed in is a member.
TABLE: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.MEMBER: {},
    Role.HOST: {
        "chats.chat": ("view", "change"),
        "chats.chathost": _LOOK,
        "chats.question": _ALL,
        "chats.capture": _LOOK,
        "chats.ingestrun": _LOOK,
        "chats.tweet": _LOOK,
        "chats.proposal": _WORK,
        "chats.proposalquestion": _ALL,
        "chats.reading": _ALL,
        "chats.wish": _ALL,
        "chats.proposalhost": _ALL,
        "chats.message": _SPEAK,
    },
    Role.ORGANISER: {
        "accounts.mail": ("view", "change"),
        "accounts.crisis": ("view", "change"),
        "accounts.appointment": _LOOK,
        "accounts.auditentry": _LOOK,
        "accounts.teammember": _ALL,
        "accounts.user": _LOOK,
        "blog.comment": ("view", "change"),
        "blog.feed": _ALL,
        "blog.newsletter": ("view", "change"),
        "chats.topic": _WORK,
        "chats.handover": _ALL,
        "chats.event": _ALL,
        "chats.programmeitem": _ALL,
        "chats.speaker": _ALL,
        "chats.partner": _ALL,
        "chats.chat": _ALL,
        "chats.chathost": _ALL,
        "chats.question": _ALL,
        "chats.capture": _WORK,
        "chats.ingestrun": _LOOK,
        "chats.tweet": ("view", "change"),
        "chats.correction": _ALL,
        "chats.recheck": _LOOK,
        "chats.spending": _LOOK,
        "chats.proposal": _WORK,
        "chats.proposalquestion": _ALL,
        "chats.reading": _ALL,
        "chats.wish": _ALL,
        "chats.proposalhost": _ALL,
        "chats.message": _SPEAK,
        "chats.review": _SPEAK,
        "chats.slot": ("view", "add", "delete"),
        "chats.series": _WORK,
        "blog.post": _LOOK,
        "blog.story": _LOOK,
        "blog.byline": _LOOK,
        "blog.writer": _LOOK,
        "blog.contribution": ("view", "change"),
        "blog.video": _LOOK,
        "blog.chapter": _LOOK,
        "blog.takeaway": _LOOK,
        "blog.soundbite": _LOOK,
        "blog.speaker": _LOOK,
        "blog.partner": _LOOK,
    },
    Role.EDITOR: {
        "accounts.page": ("view", "change"),
        "accounts.revision": _LOOK,
        "accounts.teammember": _ALL,
        "blog.comment": _LOOK,
        "blog.feed": _ALL,
        "blog.newsletter": ("view", "change"),
        "chats.topic": _WORK,
        "chats.handover": _ALL,
        "chats.event": _ALL,
        "chats.programmeitem": _ALL,
        "chats.speaker": _ALL,
        "chats.partner": _ALL,
        "chats.chat": ("view", "change"),
        "chats.chathost": _WORK,
        "chats.question": _WORK,
        "chats.capture": _LOOK,
        "chats.ingestrun": _LOOK,
        "chats.tweet": _LOOK,
        "chats.correction": _ALL,
        "chats.proposal": _LOOK,
        "chats.proposalquestion": _LOOK,
        "chats.reading": _LOOK,
        "chats.wish": _LOOK,
        "chats.proposalhost": _LOOK,
        "chats.message": _LOOK,
        "chats.review": _SPEAK,
        "chats.slot": _LOOK,
        "chats.series": _LOOK,
        "blog.post": _ALL,
        "blog.story": ("view", "change"),
        "blog.byline": _ALL,
        "blog.writer": _WORK,
        "blog.contribution": ("view", "change"),
        "blog.oldaddress": _ALL,
        "blog.video": _ALL,
        "blog.chapter": _ALL,
        "blog.takeaway": _ALL,
        "blog.soundbite": _ALL,
        "blog.speaker": _ALL,
        "blog.partner": _ALL,
    },
    Role.MODERATOR: {
        "chats.chat": _LOOK,
        "chats.chathost": _LOOK,
        "chats.question": _LOOK,
        "chats.capture": _LOOK,
        "chats.ingestrun": _LOOK,
        "chats.tweet": ("view", "change"),
        "chats.correction": _LOOK,
        "accounts.user": ("view", "change"),
        "chats.proposal": _LOOK,
        "chats.proposalquestion": _LOOK,
        "chats.reading": _LOOK,
        "chats.wish": _LOOK,
        "chats.proposalhost": _LOOK,
        "chats.message": _LOOK,
        "chats.review": _SPEAK,
        "chats.slot": _LOOK,
        "chats.series": _LOOK,
        "blog.post": _LOOK,
        "blog.byline": _LOOK,
        "blog.contribution": ("view", "change"),
        "blog.comment": ("view", "change"),
    },
}


def held(user: User, community: Community | None) -> frozenset[Role]:
    """The roles of somebody in a community; nobody's anywhere else count."""
    if community is None or not user.is_authenticated:
        return frozenset()
    named = Appointment.objects.filter(user=user, community=community).values_list("role__name", flat=True)
    return frozenset(Role(name) for name in named if name in Role.values)


def deciding(community: Community) -> list[User]:
    """Those who decide what a community holds: its organisers, or superusers where it has none."""
    organisers = User.objects.filter(appointments__role__name=Role.ORGANISER, appointments__community=community)
    return list(organisers.order_by("pk")) or list(User.objects.filter(is_superuser=True).order_by("pk"))


def permissions(held: Iterable[Role]) -> frozenset[str]:
    """What these roles allow, written as Django does: "chats.change_chat".

    From the table itself, which the groups only repeat: the desk asks at every request.
    """
    rights = ((label.split("."), actions) for role in held for label, actions in TABLE[role].items())
    return frozenset(f"{app}.{action}_{model}" for (app, model), actions in rights for action in actions)


def give(user: User, role: Role, community: Community, *, now: datetime, by: User | None = None) -> Appointment:
    """The role, from now on; whoever has it keeps it as it was given."""
    named = {"user": user, "community": community, "role": Group.objects.get(name=role.value)}
    return Appointment.objects.get_or_create(**named, defaults={"given_by": by, "given_at": now})[0]


@transaction.atomic
def synchronise() -> None:
    """Make the groups and give each exactly the permissions of the table."""
    for role, models_of_role in TABLE.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        wanted = models.Q(pk=None)
        for label, actions in models_of_role.items():
            app, model = label.split(".")
            names = [f"{action}_{model}" for action in actions]
            wanted |= models.Q(content_type__app_label=app, codename__in=names)
        group.permissions.set(Permission.objects.filter(wanted))
