"""Somebody of the team who lost phone and recovery codes -> they set up a new second step when they come next."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import staff
from accounts.models import User


class Command(BaseCommand):
    help = "Forget somebody's app, passkeys and recovery codes, and sign them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name they sign in with, as it stands on their page at the desk")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            forgotten = staff.forget_second_step(username)
        except User.DoesNotExist:
            raise CommandError(f"Nobody here signs in as {username}.") from None
        said = "has no second step" if not forgotten else "sets up a new second step when they come next"
        self.stdout.write(f"{username} {said}.")
