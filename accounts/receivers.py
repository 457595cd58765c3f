"""What others tell -> what must follow: roles and pages after a migrate, no old sessions after a new second step."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import founding, leases, roles, sessions
from accounts.models import Community, User


@receiver(post_migrate)
def synchronise_roles_and_pages(sender: AppConfig, **_: Any) -> None:
    """Once, after the last app: only then do all tables and permissions exist that these are made of."""
    if sender == list(apps.get_app_configs())[-1]:
        roles.synchronise()
        if _is_whole():
            for community in Community.objects.all():
                founding.plant(community, now=leases.clock())


def _is_whole() -> bool:
    """Whether every migration is applied: on the way to an older state, rows cannot be read by today's models."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@receiver(user_logged_in)
def keep_them_signed_in_as_long_as_everybody(request: HttpRequest, **_: Any) -> None:
    """Words that were typed while signed out are kept for an hour, in a session that goes on as theirs."""
    request.session.set_expiry(None)


@receiver(password_set)
def take_a_new_password_as_typed(request: HttpRequest, user: User, **_: Any) -> None:
    record_authentication(request, user, method="password")


@receiver(authenticator_added)
def take_a_new_second_step_as_done(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """Whoever sets it up has just proven that it works; wherever else they are signed in, it was not asked for."""
    record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
    sessions.end_others(request, user)


@receiver(authenticator_removed)
def end_what_a_removed_second_step_let_in(request: HttpRequest, user: User, **_: Any) -> None:
    sessions.end_others(request, user)
