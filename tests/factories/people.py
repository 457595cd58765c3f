"""People with a role, for whoever tests what it opens."""

from django.utils import timezone

from accounts import roles
from accounts.models import Community, User
from accounts.roles import Role


def person(name, role=None, community=None, **fields):
    """Somebody who has signed in with X, in that role of the community (WeCops unless named)."""
    user = User.objects.create(
        username=f"x-{name}", name=name.title(), handle=name, handle_seen_at=timezone.now(), **fields
    )
    if role and role != Role.MEMBER:
        roles.give(user, Role(role), community or Community.objects.get(slug="wecops"), now=timezone.now())
    return user


def neighbour():
    """Another community, at other.example; WeCops is at testserver then."""
    Community.objects.filter(slug="wecops").update(domain="testserver")
    named = {"slug": "other", "name": "Other", "handle": "Other", "hashtags": ["Other"], "promise": "Kind."}
    return Community.objects.create(**named, description="-", domain="other.example")
