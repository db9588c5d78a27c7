"""Refuses ids that do not belong to the project, or the example, of the URL.

Doccano checks that the caller is a member of the URL's project, then takes the example, span,
comment or label of any project by its id.
"""

import json

from api.views import TaskStatus
from dj_rest_auth.views import (
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
    UserDetailsView,
)
from django.http import Http404, JsonResponse
from examples.models import Comment, Example
from label_types.models import CategoryType, RelationType, SpanType
from labels.models import BoundingBox, Category, Relation, Segmentation, Span, TextLabel
from projects.models import Member, Tag
from projects.permissions import RolePermission
from rest_framework.permissions import IsAdminUser
from users.views import Users

# Doccano's list leaves PUT out: an annotator could rewrite a text or a project with it.
RolePermission.UNSAFE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
# Annotators work blind: who else has an account, and what was exported, is the admin's to know.
# Names and passwords are given here: one that was changed would not be that of its file any more.
for view in (Users, TaskStatus, PasswordChangeView, PasswordResetView, PasswordResetConfirmView):
    view.permission_classes = [IsAdminUser]
UserDetailsView.http_method_names = ["get", "head", "options"]

_IN_PROJECT = dict.fromkeys([Example, SpanType, RelationType, CategoryType, Tag, Member], "project")
_IN_PROJECT[Comment] = "example__project"
_IN_EXAMPLE = [Span, Relation, Category, TextLabel, BoundingBox, Segmentation]
_URL_IDS = {"annotation_id", "label_id", "comment_id", "tag_id", "member_id"}


class ProjectGuard:
    """Middleware; answers 404 as if the foreign id did not exist."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on; the checks come once its route is known."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Check every id of a request below `projects/<project_id>/`."""
        if "project_id" not in kwargs:
            return None
        example = kwargs.get("example_id") or request.GET.get("example")
        if example is not None:
            _require(Example, [example], kwargs)
        for name in _URL_IDS & kwargs.keys():
            _require(view.cls.queryset.model, [kwargs[name]], kwargs)
        if request.content_type == "multipart/form-data" or not request.body:
            return None
        try:
            body = json.loads(request.body.decode(request.encoding or "utf-8"))
        except (ValueError, LookupError):
            return JsonResponse({"detail": "The body is no JSON."}, status=400)
        if isinstance(body, dict):
            _check_body(view, body, kwargs)
        return None


def _check_body(view, body, kwargs):
    """Check the ids a JSON body gives: those of a deletion, and every reference to another row."""
    serializer = getattr(view.cls, "serializer_class", None)
    model = getattr(getattr(serializer, "Meta", None), "model", None)
    if model is None:
        return
    if "ids" in body:
        _require(model, body["ids"], kwargs)
    for field in model._meta.fields:
        if field.many_to_one and body.get(field.name) is not None:
            _require(field.related_model, [body[field.name]], kwargs)


def _require(model, ids, kwargs):
    """Raise Http404 unless every id is of a row in the URL's project (a label's: its example)."""
    if model in _IN_EXAMPLE:
        rows = model.objects.filter(
            example=kwargs["example_id"], example__project=kwargs["project_id"]
        )
    elif model in _IN_PROJECT:
        rows = model.objects.filter(**{_IN_PROJECT[model]: kwargs["project_id"]})
        if model is Example and "example_id" in kwargs:
            rows = rows.filter(pk=kwargs["example_id"])
    else:
        return
    try:
        wanted = {int(value) for value in ids}
        found = rows.filter(pk__in=wanted).count()
    except (TypeError, ValueError, OverflowError) as error:
        raise Http404 from error
    if found != len(wanted):
        raise Http404
