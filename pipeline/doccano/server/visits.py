"""Notes when an annotator works on which document, before each request of theirs for one is served.

Time counts from one request to the next, for the document of the first; more than five minutes
between them are an absence, and count nothing.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from examples.models import Example
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from .models import Visit

ABSENCE = timedelta(minutes=5)
# A page asks for a document's spans, relations and state at once.
AT_ONCE = timedelta(seconds=1)


class Visits:
    """Middleware; an admin's requests and those of strangers to a project are no visits."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on; the document is known once the route is."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Note the visit first: a document that is open to somebody is not changed under them."""
        example = kwargs.get("example_id") or request.GET.get("example")
        user = _caller(request) if "project_id" in kwargs and example else None
        if user is not None:
            note(user, int(example))  # the guard has seen that it is a number


def _caller(request):
    if request.user.is_authenticated:
        return request.user
    try:
        found = TokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        return None
    return found[0] if found else None


def note(user, example_id):
    """Note that a user is at an example, if it is in a project of theirs and they are no admin."""
    if user.is_superuser:
        return
    now = timezone.now()
    last = Visit.objects.filter(user=user).order_by("-last_at").first()
    if last and last.example_id == example_id and timedelta() <= now - last.last_at < AT_ONCE:
        return
    if not Example.objects.filter(pk=example_id, project__role_mappings__user=user).exists():
        return
    with transaction.atomic():
        last = Visit.objects.filter(user=user).order_by("-last_at").first()
        gap = now - last.last_at if last else ABSENCE
        if timedelta() < gap < ABSENCE:
            last.seconds += gap.total_seconds()
            last.save(update_fields=["seconds"])
        visit, _ = Visit.objects.get_or_create(
            user=user, example_id=example_id, defaults={"opened_at": now, "last_at": now}
        )
        visit.last_at = max(visit.last_at, now)
        visit.save(update_fields=["last_at"])
