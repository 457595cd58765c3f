"""A member's picture: fetched once by the worker, made small and harmless, shown to its owner alone."""

from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from accounts import leases, portraits, tasks
from accounts.models import Portrait
from chats.sources.base import SourceError
from tests.accounts.test_sign_in import sign_in, who
from tests.simulators.loopback import Said

pytestmark = pytest.mark.django_db


def fetch():
    for claim in portraits.claim_due():
        tasks.fetch_portrait(claim.id, claim.fence)


def drawn(size=(300, 200), kind="PNG", **options):
    written = BytesIO()
    Image.new("RGB", size, "navy").save(written, kind, **options)
    return written.getvalue()


def test_a_picture_is_kept_small_and_shown_to_its_owner(client, x):
    sign_in(client)
    before = client.get("/me/").content.decode()
    fetch()
    fetch()

    page = client.get("/me/").content.decode()
    shown = client.get("/me/picture/")
    pictures = [asked.path for asked in x.asked if asked.path.startswith("/profile_images/")]
    assert pictures == ["/profile_images/1001_bigger.png"]
    assert ["/me/picture/" in text for text in (before, page)] == [False, True]
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/png", "private, no-store")
    assert Image.open(BytesIO(shown.content)).size == (96, 96)
    assert Client().get("/me/picture/").status_code == 302


def test_a_new_picture_takes_the_place_of_the_old(client, x, door):
    sign_in(client)
    fetch()
    first = bytes(Portrait.objects.get().image)
    door.people["1001"] = door.people["1001"]._replace(picture=f"{x.url}/profile_images/77_normal.png")
    client.logout()

    sign_in(client)
    fetch()

    assert bytes(Portrait.objects.get().image) != first


def test_another_host_is_never_asked(client, x, door):
    for number, address in enumerate((
        "http://pbs.twimg.com/a.png", "https://evil.example/a.png", "https://pbs.twimg.com.evil.example/a.png",
        "https://pbs.twimg.com@evil.example/a.png", "file:///etc/passwd", "http://169.254.169.254/latest/",
        "https://127.0.0.1/a.png", "not an address",
    )):  # fmt: skip
        door.people["1001"] = door.people["1001"]._replace(picture=address)
        client.logout()
        sign_in(client)
        fetch()

        kept = set(Portrait.objects.values_list("image", "error_code"))
        assert kept <= {(None, "address_refused")}, (number, address)  # or it was no address to begin with
    assert [asked.path for asked in x.asked if "profile_images" in asked.path] == []


@pytest.mark.parametrize(
    "file",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", drawn()[:60], b"\x00" * 1000,
        drawn((3000, 3000)), drawn(kind="BMP"), drawn(kind="TIFF"), b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(file):
    with pytest.raises(SourceError):
        portraits.small(file)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_nothing_but_pixels_is_kept(kind):
    words = b"taken at home, by me"
    options = {"JPEG": {"comment": words}, "GIF": {"comment": words}}.get(kind, {})

    small = portraits.small(drawn(kind=kind, **options))

    assert words not in small
    assert {chunk for chunk in (b"tEXt", b"eXIf", b"iCCP", b"iTXt") if chunk in small} == set()
    assert Image.open(BytesIO(small)).getpixel((5, 5))[2] > 100


def test_a_host_that_is_out_of_order_is_asked_again_later(client, x):
    sign_in(client)
    x.faults[len(x.asked) + 1] = lambda handler, answer: handler.send(Said({}, 503))
    fetch()

    row = Portrait.objects.get()
    assert (row.error_code, row.quarantined_at, row.next_due_at > leases.clock()) == ("unavailable", None, True)


def test_the_picture_goes_with_its_owner(client, x):
    sign_in(client)
    fetch()

    who(client).delete()

    assert Portrait.objects.count() == 0
