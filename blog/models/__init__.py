"""What was written and filmed: posts and who signed them, pictures, what members add and say, films, old addresses."""

from blog.models.address import OldAddress
from blog.models.blogroll import Feed, FeedItem
from blog.models.comment import Comment, CommentReport, CommentState, HeldFor, Outcome, Rule, Worry
from blog.models.contribution import Contribution, Standing
from blog.models.follower import Bounce, Follower, Newsletter, Pace
from blog.models.picture import Picture
from blog.models.post import Kind, Post, PostRevision, PostStatus
from blog.models.story import Story, StoryMessage
from blog.models.tag import ACADEMIC, TaggedPost
from blog.models.video import (
    Carrier,
    Chapter,
    Partner,
    Showing,
    SoundBite,
    Speaker,
    Takeaway,
    Video,
    VideoStatus,
)
from blog.models.writer import Byline, Writer

__all__ = [
    "ACADEMIC",
    "Bounce",
    "Byline",
    "Carrier",
    "Chapter",
    "Comment",
    "CommentReport",
    "CommentState",
    "Contribution",
    "Feed",
    "FeedItem",
    "Follower",
    "HeldFor",
    "Kind",
    "Newsletter",
    "OldAddress",
    "Outcome",
    "Pace",
    "Partner",
    "Picture",
    "Post",
    "PostRevision",
    "PostStatus",
    "Rule",
    "Showing",
    "SoundBite",
    "Speaker",
    "Standing",
    "Story",
    "StoryMessage",
    "TaggedPost",
    "Takeaway",
    "Video",
    "VideoStatus",
    "Worry",
    "Writer",
]
