"""A post that is not out -> an address at which whoever is given it can read it, without an account, for a while."""

from datetime import timedelta

from django.core import signing

from blog.models import Post

SALT = "blog.preview"
LASTS = timedelta(days=14)


def address(post: Post) -> str:
    """Its path; a new one each day, and none of them ends before ``LASTS``."""
    return f"/blog/preview/{signing.dumps(post.pk, salt=SALT)}/"


def read(token: str) -> int | None:
    """The key of the post that the token opens; None where it opens none, or no longer."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=LASTS))
    except (signing.BadSignature, ValueError, TypeError):
        return None
