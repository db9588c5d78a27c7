"""Accounts, made once: an existing one keeps its password."""

from django.contrib.auth.models import User
from django.db import transaction


@transaction.atomic
def ensure_user(username: str, password: str, *, admin: bool) -> bool:
    """Create the account unless it exists; return whether it was created."""
    if User.objects.filter(username=username).exists():
        return False
    create = User.objects.create_superuser if admin else User.objects.create_user
    create(username=username, password=password)
    return True
