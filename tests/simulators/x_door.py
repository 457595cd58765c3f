"""Invented people -> X's sign-in over loopback: a page to choose one of them, a code for it, a token, and who it is.

As strict as X: the redirect address to the letter, codes that work once and for thirty seconds, S256, Basic at the
token's address.  What the real one answers when it is unwell stands in ``faults``, by the number of the request.
"""

import base64
import hashlib
import html
import itertools
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urlencode

from PIL import Image, ImageDraw

from tests.simulators.loopback import Asked, Said

CODE_SECONDS = 30
SCOPES = {"users.read", "tweet.read"}
PICTURES = "/profile_images/"
AUTHORIZE, TOKEN, PROFILE = "/i/oauth2/authorize", "/2/oauth2/token", "/2/users/me"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stand-in for X</title></head><body><main>
<h1>This is not X</h1>
<p>It stands in for it, on this machine alone. Who would you like to be? All of them are invented.</p>
<ul>{people}</ul>
<p><a href="{cancel}">Cancel</a></p>
</main></body></html>"""


class XPerson(NamedTuple):
    """Somebody on X.  ``is_suspended``: X lets them say yes, and then knows nobody of that number.

    ``about`` stands beside the name on the page to choose on, and nowhere else.
    """

    id: str
    handle: str
    name: str
    picture: str = ""
    is_suspended: bool = False
    about: str = ""


class _Code(NamedTuple):
    person: str
    challenge: str
    redirect_uri: str
    given_at: float


@dataclass
class XDoor:
    """X's three addresses for one client.  ``people`` may be changed at any time: handles do."""

    people: dict[str, XPerson]
    client_id: str
    client_secret: str
    redirect_uris: frozenset[str]
    now: Callable[[], float] = time.monotonic
    _codes: dict[str, _Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    def answer(self, asked: Asked) -> Said:
        serve = {AUTHORIZE: self.authorize, TOKEN: self.token, PROFILE: self.profile}.get(asked.path)
        if asked.path.startswith(PICTURES):
            return picture(asked.path.removeprefix(PICTURES))
        return serve(asked) if serve else Said({"title": "Not Found", "status": 404}, 404)

    def rename(self, number: str, handle: str) -> None:
        self.people[number] = self.people[number]._replace(handle=handle)

    def authorize(self, asked: Asked) -> Said:
        """The page to choose on; with a choice made, back to the portal."""
        wrong = self._wrong(asked)
        if wrong:
            return _page(f"<p>Something went wrong: {html.escape(wrong)}</p>", 400)
        choice = asked.param("person")
        if choice == "cancel":
            return _back(asked, error="access_denied")
        if choice in self.people:
            code = f"code-{next(self._numbers)}-{secrets.token_hex(8)}"
            self._codes[code] = _Code(choice, asked.param("code_challenge"), asked.param("redirect_uri"), self.now())
            return _back(asked, code=code)

        def address(choice):
            return html.escape(f"{AUTHORIZE}?{urlencode([*asked.params, ('person', choice)])}")

        people = "".join(
            f'<li><a href="{address(person.id)}">{html.escape(person.name)}, @{html.escape(person.handle)}</a>'
            f"{html.escape(person.about and f', {person.about}')}</li>"
            for person in self.people.values()
        )
        return _page(PAGE.format(people=people, cancel=address("cancel")))

    def _wrong(self, asked: Asked) -> str:
        if asked.param("client_id") != self.client_id:
            return "client_id"
        if asked.param("redirect_uri") not in self.redirect_uris:  # to the letter, the last slash included
            return "redirect_uri"
        if asked.param("response_type") != "code" or not asked.param("state"):
            return "response_type or state"
        if set(asked.param("scope").split()) != SCOPES:
            return "scope"
        if asked.param("code_challenge_method") != "S256" or len(asked.param("code_challenge")) != 43:
            return "code_challenge"
        return ""

    def token(self, asked: Asked) -> Said:
        credentials = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if asked.method != "POST" or asked.headers.get("Authorization") != f"Basic {credentials}":
            return _refused("invalid_client", 401)
        form = dict(asked.body or {})
        code = self._codes.pop(form.get("code", ""), None)  # whatever comes of it, it has been used
        if code is None or self.now() - code.given_at > CODE_SECONDS:
            return _refused("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge
        if form.get("grant_type") != "authorization_code" or form.get("redirect_uri") != code.redirect_uri or not fits:
            return _refused("invalid_request")
        token = secrets.token_urlsafe(32)
        self.tokens[token] = code.person
        told = {"token_type": "bearer", "expires_in": 7200, "access_token": token, "scope": " ".join(sorted(SCOPES))}
        return Said(told)

    def profile(self, asked: Asked) -> Said:
        person = self.people.get(self.tokens.get(asked.bearer, ""))
        if person is None:
            return Said({"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}, 401)
        if person.is_suspended:
            said = "User has been suspended"
            return Said({"errors": [{"title": "Forbidden", "detail": said, "resource_type": "user"}]})
        every = {"id": person.id, "name": person.name, "username": person.handle}
        asked_for = set(asked.param("user.fields").split(","))
        if "profile_image_url" in asked_for:
            every["profile_image_url"] = (
                person.picture or f"http://{asked.headers['Host']}{PICTURES}{person.id}_normal.png"
            )
        return Said({"data": every})


def picture(name: str) -> Said:
    """A face in the colours of somebody's number."""
    number = int(re.sub(r"\D", "", name) or 0)
    size = 73 if "_bigger." in name else 48
    image = Image.new("RGB", (size, size), f"hsl({number * 47 % 360}, 45%, 55%)")
    middle, head = size // 2, size // 5
    draw = ImageDraw.Draw(image)
    draw.ellipse((middle - head, head, middle + head, 3 * head), fill="white")
    draw.ellipse((head, 3 * head + 3, size - head, 2 * size), fill="white")
    written = BytesIO()
    image.save(written, "PNG")
    return Said(written.getvalue(), 200, {"Content-Type": "image/png"})


def _back(asked: Asked, **told: str) -> Said:
    told = {"state": asked.param("state"), **told}
    return Said(b"", 302, {"Location": f"{asked.param('redirect_uri')}?{urlencode(told)}"})


def _refused(error: str, status: int = 400) -> Said:
    return Said({"error": error, "error_description": "Value passed was invalid."}, status)


def _page(body: str, status: int = 200) -> Said:
    return Said(body.encode(), status, {"Content-Type": "text/html; charset=utf-8"})
