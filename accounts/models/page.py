"""Prose pages: an address, its Markdown, and every earlier text."""

from django.db import models

from accounts.models.community import Community
from accounts.models.user import User
from accounts.ready import Ready


class Page(models.Model):
    """A page of prose at a fixed address.  Its text is the newest revision, so nothing written is ever lost."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="pages")
    path = models.CharField(max_length=120, help_text='From the first to the last slash, for example "/about/".')
    title = models.CharField(max_length=120)
    lede = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["community", "path"], name="page_address_is_unique"),
            models.CheckConstraint(
                condition=models.Q(path__regex=r"^/[a-z0-9/-]*/$"), name="page_path_starts_and_ends_with_a_slash"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.path

    @property
    def newest(self) -> "Revision | None":
        return self.revisions.order_by("-number").first()

    @property
    def text(self) -> str:
        revision = self.newest
        return revision.text if revision else ""


class RevisionQuerySet(models.QuerySet["Revision"]):
    def newest_of(self, community: Community, path: str) -> "Revision | None":
        """What stands at an address of the community now: one query."""
        return next(iter(_newest_of(community=community.pk, path=path)), None)


class Revision(models.Model):
    """One text of a page: Markdown, and who wrote it when."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="revision_number_is_unique"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="revision_numbers_start_at_one"),
            models.CheckConstraint(condition=~models.Q(text=""), name="revision_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.number}"


_newest_of = Ready(
    lambda community, path: Revision.objects.filter(page__community=community, page__path=path).order_by("-number")[:1],
    community=int,
    path=str,
)
