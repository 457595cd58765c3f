"""What X says of a person -> the fields of their row; allauth finds this module by its name."""

from typing import Any

from allauth.socialaccount.providers.twitter_oauth2.provider import TwitterOAuth2Provider

from accounts.x.views import XAdapter

FIELDS = ["id", "name", "username", "profile_image_url"]


class XProvider(TwitterOAuth2Provider):
    """Reads only who somebody is: scopes ``users.read`` and ``tweet.read``, of which X wants the second as well."""

    package = "accounts.x"
    oauth2_adapter_class = XAdapter

    def get_fields(self) -> list[str]:
        return FIELDS

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"name": data["name"], "username": data["username"], "picture": data.get("profile_image_url") or ""}


provider_classes = [XProvider]
