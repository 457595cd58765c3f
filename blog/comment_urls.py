"""The addresses of comments: /blog/<yyyy>/<mm>/<slug>/comments/…"""

from django.urls import URLPattern, path

from blog.feeds.comments import Comments
from blog.views import comments

below_a_post: list[URLPattern] = [
    path("write/", comments.WriteComment.as_view(), name="write-comment"),
    path("feed/", Comments(), name="comment-feed"),
    path("<int:number>/", comments.SaidComment.as_view(), name="comment"),
    path("<int:number>/edit/", comments.EditComment.as_view(), name="edit-comment"),
    path("<int:number>/delete/", comments.DeleteComment.as_view(), name="delete-comment"),
    path("<int:number>/report/", comments.ReportComment.as_view(), name="report-comment"),
]
