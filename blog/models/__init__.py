"""What was written: posts and who signed them, their pictures, earlier words, members' pieces, and former addresses."""

from blog.models.address import OldAddress
from blog.models.contribution import Contribution, Standing
from blog.models.picture import Picture
from blog.models.post import Kind, Post, PostRevision, PostStatus
from blog.models.tag import ACADEMIC, TaggedPost
from blog.models.writer import Byline, Writer

__all__ = [
    "ACADEMIC",
    "Byline",
    "Contribution",
    "Kind",
    "OldAddress",
    "Picture",
    "Post",
    "PostRevision",
    "PostStatus",
    "Standing",
    "TaggedPost",
    "Writer",
]
