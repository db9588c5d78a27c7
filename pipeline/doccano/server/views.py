"""Our endpoints beside Doccano's: JSON in, JSON out, for the admin's token only."""

from django.contrib.auth.models import User
from django.http import JsonResponse
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.views import APIView

from . import rounds
from .accounts import ensure_user


class IsSuperuser(BasePermission):
    """The admin; project admins of Doccano are not enough."""

    def has_permission(self, request, view):
        """Return whether the caller may use the endpoint."""
        return bool(request.user and request.user.is_superuser)


class _Endpoint(APIView):
    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsSuperuser,)

    def post(self, request):
        """Answer one order; what is missing from it, or of the wrong type, is a 400."""
        try:
            return Response(self.answer(request.data))
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError(f"malformed order: {error!r}") from error


def health(request):
    """Say that the server answers and reads its database."""
    User.objects.exists()
    return JsonResponse({"tawsim": "ready"})


class Annotators(_Endpoint):
    """Creates an annotator's account, once."""

    def answer(self, order):
        """Take `username` and `password`; tell whether the account is new."""
        created = ensure_user(order["username"], order["password"], admin=False)
        return {"created": created}


class Push(_Endpoint):
    """Creates what is missing of a round's project and documents."""

    def answer(self, order):
        """See `rounds.push`."""
        return rounds.push(order, self.request.user)


class Known(_Endpoint):
    """Lists the documents of a round's project."""

    def answer(self, order):
        """See `rounds.known`."""
        return {"uuids": rounds.known(order)}


class Pull(_Endpoint):
    """Reads documents of a round's project with the annotator's work."""

    def answer(self, order):
        """See `rounds.pull`."""
        return rounds.pull(order)
