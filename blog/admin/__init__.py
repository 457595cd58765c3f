"""The desk's pages about the blog: rows -> lists and forms in our words; what somebody presses -> a writer's verb."""

from blog.admin import comments, feeds, newsletters, pieces, posts, signing, stories, videos

__all__ = ["comments", "feeds", "newsletters", "pieces", "posts", "signing", "stories", "videos"]
