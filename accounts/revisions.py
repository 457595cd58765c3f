"""A page's new words -> its next revision; no earlier one is touched."""

from datetime import datetime

from django.db import transaction

from accounts.models import Page, Revision, User


@transaction.atomic
def revise(page: Page, text: str, *, by: User | None, now: datetime) -> Revision:
    """Put ``text`` (Markdown) on the page from now on; where it says so already, nothing is added."""
    Page.objects.select_for_update().get(pk=page.pk)  # two who save at once get two numbers
    newest = page.revisions.order_by("-number").first()
    if newest and newest.text == text:
        return newest
    number = newest.number + 1 if newest else 1
    return page.revisions.create(number=number, text=text, author=by, created_at=now)
