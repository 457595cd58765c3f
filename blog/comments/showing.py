"""A comment that changed -> its post's count, and the pages that show it, made anew."""

from blog.models import Comment, CommentState, Post
from blog.publishing.clearing import clear


def held(comment: Comment) -> Comment:
    """The row as it stands now, locked together with its post until the transaction ends."""
    Post.objects.select_for_update(of=("self",)).get(pk=comment.post_id)
    rows = Comment.objects.select_for_update(of=("self",))
    return rows.select_related("post__community", "author", "parent").get(pk=comment.pk)


def renew(post: Post) -> None:
    number = post.comments.filter(state=CommentState.SHOWN).count()
    Post.objects.filter(pk=post.pk).update(comment_count=number)
    clear(post)
