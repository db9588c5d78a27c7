"""Makes the database ready: tables, roles, the admin. Run again after a crash, it goes on.

Reads the admin's {"username", "password"} from stdin, writes their API token to stdout.
"""

import contextlib
import json
import sys

import django


def prepare(account: dict) -> str:
    """Create what is missing; return the admin's API token."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token

    from .accounts import ensure_user

    call_command("migrate", interactive=False, verbosity=1)
    call_command("create_roles")
    ensure_user(**account, admin=True)
    admin = User.objects.get(username=account["username"])
    return Token.objects.get_or_create(user=admin)[0].key


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        django.setup()
        token = prepare(json.load(sys.stdin))
    print(token)
