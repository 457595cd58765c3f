"""A passkey in a real browser, with an authenticator that the browser makes up: added, used, removed."""

import pytest

from accounts import staff
from tests.browsing import NARROW, is_too_wide, violations

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PASSWORD = "four plain words together"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_opens_the_desk_by_itself(visit, settings):
    settings.TEAM_SECOND_STEP = True
    staff.appoint("sunil", PASSWORD, name="Sunil")
    seen = {}

    def walk(page):
        base = page.url.split("/accounts/")[0].replace("127.0.0.1", "localhost")  # a passkey belongs to a name
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        page.goto(f"{base}/accounts/login/team/?next=/desk/")
        page.get_by_label("Your name here").fill("sunil")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Set up the app with six digits").wait_for()
        page.goto(f"{base}/accounts/2fa/webauthn/add/")
        seen["add"] = (violations(page), is_too_wide(page))
        page.get_by_label("What to call it").fill("my phone")
        page.get_by_role("button", name="Add it").click()
        page.get_by_role("heading", name="Recovery codes").wait_for()
        page.goto(f"{base}/accounts/2fa/")
        seen["listed"] = page.get_by_text("my phone").first.is_visible()

        page.goto(f"{base}/accounts/logout/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{base}/")
        page.goto(f"{base}/accounts/login/team/?next=/desk/")
        seen["team"] = (violations(page), is_too_wide(page))
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("heading", name="What needs you").wait_for()

        page.goto(f"{base}/accounts/2fa/")
        page.get_by_role("link", name="Remove the passkey my phone").click()
        page.get_by_role("button", name="Remove it").click()
        page.wait_for_url(f"{base}/accounts/2fa/")
        seen["left"] = page.get_by_text("my phone").count()
        page.goto(f"{base}/desk/")
        seen["desk"] = page.url.removeprefix(base)
        seen["said"] = [said for said in page.said if "Password forms should" not in said]

    visit("/accounts/login/team/", walk, width=NARROW)

    assert seen == {
        "add": ([], False),
        "listed": True,
        "team": ([], False),
        "left": 0,
        "desk": "/accounts/2fa/totp/activate/?next=%2Fdesk%2F",
        "said": [],
    }
