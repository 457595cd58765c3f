"""The address list of the hall."""

from django.urls import path

from accounts.views import pages
from accounts.views.contact import Contact, ContactThanks
from accounts.views.security import OwnPicture
from accounts.views.settings import ConfirmAddress, Settings

app_name = "accounts"
PAGES = (
    "about", "house-rules", "take-part", "take-part/new", "take-part/host", "privacy", "cookies", "accessibility",
)  # fmt: skip
urlpatterns = [
    *(path(f"{name}/", pages.PageDetail.as_view(), name=name.replace("/", "-")) for name in PAGES),
    path("contact/", Contact.as_view(), name="contact"),
    path("contact/thanks/", ContactThanks.as_view(), name="contact-thanks"),
    path("me/settings/", Settings.as_view(), name="settings"),
    path("me/picture/", OwnPicture.as_view(), name="picture"),
    path("me/email/<str:token>/", ConfirmAddress.as_view(), name="confirm-address"),
]
