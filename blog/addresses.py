"""An address that leads nowhere -> where what stood there is now."""

from accounts.models import Community
from blog.models import OldAddress
from blog.models.address import bare


def leads_to(community: Community, path: str) -> str:
    """The path that is good now for a former one; "" where nothing of ours ever stood there."""
    if "\0" in path:  # which no text of the database can hold
        return ""
    known = OldAddress.objects.filter(community=community, path=bare(path)).select_related("post", "chat").first()
    found = known.leads_to if known else ""
    return found if found != path else ""
