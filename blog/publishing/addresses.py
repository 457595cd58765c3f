"""What once stood at an address of the portal, or of the one before it -> where it is now."""

from accounts.models import Community
from blog.models import OldAddress, Post
from blog.models.address import bare
from chats.lifecycle import NotAllowed
from chats.models import Chat


def remember(
    community: Community, path: str, *, post: Post | None = None, chat: Chat | None = None, target: str = ""
) -> OldAddress:
    """From now on ``path`` leads there; what it led to before is forgotten."""
    if any(each and each.community_id != community.pk for each in (post, chat)):
        raise NotAllowed("Another community's page stands there.")
    led = {"post": post, "chat": chat, "target": target}
    return OldAddress.objects.update_or_create(community=community, path=bare(path), defaults=led)[0]


def free(community: Community, path: str) -> None:
    """Something of today stands at ``path``, so it leads nowhere else."""
    OldAddress.objects.filter(community=community, path=bare(path)).delete()
