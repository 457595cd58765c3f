"""Those who sign posts: people with or without an account, and the community itself."""

from django.db import models
from django.db.models import Q

from accounts.models import Community, User


class Writer(models.Model):
    """Whose name stands over posts.  ``slug`` is their page's address: the handle in small letters, else the name."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="writers")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=100, blank=True, help_text="Without the @.")
    biography = models.CharField(max_length=300, blank=True, help_text="One or two sentences, in their words.")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="writers")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="writer_slug_is_unique"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[-a-zA-Z0-9_]+$"), name="writer_slug_fits_an_address"),
            models.CheckConstraint(condition=~Q(name=""), name="writer_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/blog/by/{self.slug}/"


class Byline(models.Model):
    """That somebody signed a post, and where in the line they stand."""

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="bylines")
    writer = models.ForeignKey(Writer, models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "writer"], name="byline_names_somebody_once")]

    def __str__(self) -> str:
        return str(self.writer)
