"""The address list of the hall."""

from django.urls import path

from accounts.views import pages
from accounts.views.settings import Settings

app_name = "accounts"
urlpatterns = [
    path("about/", pages.PageDetail.as_view(), name="page"),
    path("me/settings/", Settings.as_view(), name="settings"),
]
