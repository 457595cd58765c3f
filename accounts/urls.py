"""The address list of the hall."""

from django.urls import path

from accounts.views import pages
from accounts.views.security import OwnPicture
from accounts.views.settings import ConfirmAddress, Settings

app_name = "accounts"
urlpatterns = [
    path("about/", pages.PageDetail.as_view(), name="page"),
    path("me/settings/", Settings.as_view(), name="settings"),
    path("me/picture/", OwnPicture.as_view(), name="picture"),
    path("me/email/<str:token>/", ConfirmAddress.as_view(), name="confirm-address"),
]
