"""Who may open the desk -> their row, with a password of Django's own."""

from accounts.models import User


def appoint(username: str, password: str, *, name: str = "") -> User:
    """Somebody who may do everything there; whoever is known already gets this password and name."""
    user, _ = User.objects.get_or_create(username=username)
    user.name, user.is_staff, user.is_superuser = name, True, True
    if not user.check_password(password):
        user.set_password(password)
    user.save(update_fields=["name", "is_staff", "is_superuser", "password"])
    return user
