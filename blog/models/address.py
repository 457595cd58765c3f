"""Former addresses -> where what stood there is now."""

from django.db import models
from django.db.models import Q

from accounts.models import Community
from blog.models.post import Post
from chats.models import Chat


def bare(path: str) -> str:
    """The form in which a path is kept and looked up: small letters, no slash at its end, at most 200 signs."""
    return (path.rstrip("/").lower() or "/")[:200]


class OldAddress(models.Model):
    """A path that once led to a post, a chat or another page of ours; whoever follows it is sent on for good."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="old_addresses")
    path = models.CharField(max_length=200, help_text='Without the slash at its end, for example "/blogs/3654".')
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="old_addresses")
    chat = models.ForeignKey(Chat, models.CASCADE, null=True, blank=True, related_name="old_addresses")
    target = models.CharField(max_length=200, blank=True, help_text='Any page of ours, for example "/about/".')

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "old addresses"
        constraints = [
            models.UniqueConstraint(fields=["community", "path"], name="old_address_is_unique"),
            models.CheckConstraint(
                condition=Q(path__regex=r"^/[^?#A-Z]*[^?#A-Z/]$"), name="old_address_is_a_bare_path"
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=False, chat__isnull=True, target="")
                | Q(post__isnull=True, chat__isnull=False, target="")
                | (Q(post__isnull=True, chat__isnull=True) & Q(target__regex=r"^/[^/\\]")),
                name="old_address_leads_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def leads_to(self) -> str:
        """The path that is good now; "" where its post has none yet."""
        if self.post:
            return self.post.get_absolute_url()
        return self.chat.get_absolute_url() if self.chat else self.target
