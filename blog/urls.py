"""The address list of the upper floor."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from blog import comment_urls, feeds, views
from blog.views import around
from blog.views.keeping import kept

app_name = "blog"

# /blog/<yyyy>/<mm>/<slug>/
post: list[URLPattern | URLResolver] = [
    path("", kept(views.PostDetail.as_view()), name="post"),
    path("pieces/", around.AddPiece.as_view(), name="add-piece"),
    path("qr.svg", kept(around.Code.as_view()), name="qr"),
    path("card.png", around.Card.as_view(), name="card"),
    path("comments/", include(comment_urls.below_a_post)),
]

urlpatterns = [
    path("", kept(views.Posts.as_view()), name="posts"),
    path("qr.svg", kept(around.BlogCode.as_view()), name="blog-qr"),
    path("feed/", kept(feeds.Posts()), name="feed"),
    path("feed/rss/", kept(feeds.PostsRss()), name="feed-rss"),
    path("tags/<str:tag>/", kept(views.Tagged.as_view()), name="tag"),
    path("tags/<str:tag>/feed/", kept(feeds.Tagged()), name="tag-feed"),
    path("tags/<str:tag>/feed/rss/", kept(feeds.TaggedRss()), name="tag-feed-rss"),
    path("by/<slug:slug>/", kept(views.By.as_view()), name="by"),
    re_path(r"^pictures/(?P<key>[0-9a-f]{20,40})-(?P<width>wide|small)\.webp$", around.Hero.as_view(), name="hero"),
    path("follow/", include("blog.follow_urls")),
    path("preview/<str:token>/", around.Preview.as_view(), name="preview"),
    path("<yyyy:year>/", kept(views.PostsYear.as_view()), name="posts-year"),
    path("<yyyy:year>/<mm:month>/", kept(views.PostsMonth.as_view()), name="posts-month"),
    path("<yyyy:year>/<mm:month>/<slug:slug>/", include(post)),
]
