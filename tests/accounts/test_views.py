"""The pages of the hall."""

from datetime import date

import pytest

from accounts.models import TeamMember
from tests.factories.chats import wecops

pytestmark = pytest.mark.django_db


def test_about_shows_its_prose_and_the_serving_team(client):
    for name, left_on in (("Ann Okelu", None), ("Bob Gone", date(2024, 1, 1))):
        TeamMember.objects.create(
            community=wecops(), name=name, role="Hosts", joined_on=date(2020, 1, 1), left_on=left_on
        )

    response = client.get("/about/")

    assert response.status_code == 200
    assert [member.name for member in response.context["team"]] == ["Ann Okelu"]
    assert "Nobody needs a rank or an invitation." in response.text
