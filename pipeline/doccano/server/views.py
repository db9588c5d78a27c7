"""Our endpoints beside Doccano's: JSON in, JSON out, for the admin's token only."""

import json

from dj_rest_auth.views import LogoutView
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.db import OperationalError
from django.http import JsonResponse
from examples.models import Comment, Example
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from . import reader, rounds, visits, work
from .accounts import ensure_user

LONGEST_VALUE = 200


class IsSuperuser(BasePermission):
    """The admin; project admins of Doccano are not enough."""

    def has_permission(self, request, view):
        """Return whether the caller may use the endpoint."""
        return bool(request.user and request.user.is_superuser)


class Unreachable(APIException):
    """The database does not answer, or not in time."""

    status_code = 503


class Order(BaseParser):
    """JSON of any length: a text of 10 million letters is one document.

    Doccano's own endpoints, which annotators reach, keep Django's limit of 2.5 MB. This is asked
    only once the caller is known to be the admin.
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        """Return the values that the stream's bytes, in UTF-8, stand for."""
        try:
            return json.load(stream)
        except ValueError as error:
            raise ParseError(f"malformed order: {error}") from error


class _Endpoint(APIView):
    authentication_classes = (TokenAuthentication,)
    parser_classes = (Order,)
    permission_classes = (IsSuperuser,)

    def post(self, request):
        """Answer one order; what is missing from it, or of the wrong type, is a 400."""
        try:
            return Response(self.answer(request.data))
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError(f"malformed order: {error!r}") from error

    def handle_exception(self, error):
        """Tell a database that does not answer from a fault of ours."""
        if isinstance(error, OperationalError):
            words = " ".join(str(error).split())
            error = Unreachable(f"the database does not answer ({words})")
        return super().handle_exception(error)


def health(request):
    """Say that the server answers and reads its database."""
    User.objects.exists()
    return JsonResponse({"tawsim": "ready"})


class LogOut(LogoutView):
    """Ends the session and the account's token; the admin's token is that of push and collect."""

    def logout(self, request):
        """Leave the admin's token, which the state folder holds."""
        if request.user.is_superuser:
            logout(request)
            return Response()
        return super().logout(request)


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


class Renew(_Endpoint):
    """Replaces the machine's spans in documents that nobody has opened."""

    def answer(self, order):
        """See `rounds.renew`."""
        return rounds.renew(order)


class Stored(_Endpoint):
    """Lists the documents of a round's project."""

    def answer(self, order):
        """See `work.stored`."""
        return {"documents": work.stored(order)}


class Holders(_Endpoint):
    """Lists who has a project in a round."""

    def answer(self, order):
        """See `work.holders`."""
        return {"pseudonyms": work.holders(order)}


class Pull(_Endpoint):
    """Reads documents of a round's project with the annotator's work."""

    def answer(self, order):
        """See `work.pull`."""
        return work.pull(order)


class _OwnDocument(_Endpoint):
    """For who works on a document, from the page itself: a session with its CSRF token."""

    authentication_classes = (SessionAuthentication, TokenAuthentication)
    parser_classes = APIView.parser_classes
    permission_classes = (IsAuthenticated,)

    def document(self, order):
        """Return the example an order names; a 404 unless the caller is of its project."""
        own = Example.objects.filter(project__role_mappings__user=self.request.user)
        example = own.filter(pk=order["example"]).first()
        if example is None:
            raise NotFound("there is no such document")
        visits.note(self.request.user, example.pk)
        return example

    def row(self, example):
        """Return the document with the caller's own work."""
        return work.document_rows([example], self.request.user)[0]


class Reading(_OwnDocument):
    """Says what the caller's dates and stances are read as."""

    def answer(self, order):
        """Take an `example`; see `pipeline.doccano.answers`."""
        return reader.ask({"document": self.row(self.document(order))})


class Value(_OwnDocument):
    """Keeps a date's value, typed by the caller, as a comment of theirs."""

    def answer(self, order):
        """Take `example`, `span` and `value`; a `refusal` says why it was not kept."""
        example, value = self.document(order), str(order["value"])
        if not 0 < len(value.strip()) <= LONGEST_VALUE:
            raise ValidationError(f"a value has 1 to {LONGEST_VALUE} characters")
        question = {"document": self.row(example), "span": order["span"], "value": value}
        answer = reader.ask(question)
        if "comment" in answer:
            Comment.objects.create(example=example, user=self.request.user, text=answer["comment"])
        return answer
