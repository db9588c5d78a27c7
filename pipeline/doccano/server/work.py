"""An annotator's part of a round as it stands on the server, read."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KeyTextTransform
from examples.models import Comment, Example, ExampleState
from labels.models import Relation, Span
from projects.models import SequenceLabelingProject

from .models import Guideline, Visit
from .rounds import LARGEST_BATCH, find_project, opened

# What we call a column, and Doccano.
_SPAN = {
    "id": "id",
    "start_utf16": "start_offset",
    "end_utf16": "end_offset",
    "label": "label__text",
}
_RELATION = {"source": "from_id_id", "target": "to_id_id", "type": "type__text"}
_COMMENT = {"id": "id", "text": "text"}


def holders(order: dict) -> list[str]:
    """Return the pseudonyms of those who have a project in a round."""
    start = f"{order['round']}/"
    names = SequenceLabelingProject.objects.filter(name__startswith=start)
    return sorted(name.removeprefix(start) for name in names.values_list("name", flat=True))


def stored(order: dict) -> list[dict]:
    """Return every document of a project: its ids, what its spans began as, whether it was opened.

    Opened is what anybody did anything to, be it to look.
    """
    project, _ = find_project(order)
    confirmed = ExampleState.objects.filter(example=OuterRef("pk"))
    rows = project.examples.order_by("created_at").annotate(
        based_on=KeyTextTransform("based_on", "meta"),
        opened=opened(),
        confirmed=Exists(confirmed),
    )
    names = ("uuid", "upload_name", "based_on", "opened", "confirmed")
    return [
        {"uuid": str(uuid), "document": name, "based_on": digest, "opened": seen, "confirmed": done}
        for uuid, name, digest, seen, done in rows.values_list(*names)
    ]


@transaction.atomic
def pull(order: dict) -> dict:
    """Return up to a batch of documents with the annotator's own spans, relations and state.

    Either those with the given `uuids`, or those after the id `after`; `next` is what to give as
    `after` for more, absent at the end.
    """
    project, user = find_project(order)
    examples = project.examples.order_by("id")
    if "uuids" in order:
        examples = examples.filter(uuid__in=order["uuids"])
    else:
        examples = examples.filter(id__gt=order["after"])
    page = list(examples[: LARGEST_BATCH + 1])
    more, page = page[LARGEST_BATCH:], page[:LARGEST_BATCH]
    reply = {"documents": document_rows(page, user)}
    return reply | {"next": page[-1].id} if more else reply


def document_rows(examples: list[Example], user: User) -> list[dict]:
    """Return documents with all that is the user's own: spans, relations, comments, state, time.

    `seconds` is null where the user never opened it.
    """
    own = {"example__in": examples, "user": user}
    spans = _by_example(Span.objects.filter(**own), _SPAN)
    relations = _by_example(Relation.objects.filter(**own), _RELATION)
    comments = _by_example(Comment.objects.filter(**own), _COMMENT)
    states = ExampleState.objects.filter(example__in=examples, confirmed_by=user)
    confirmed = {state.example_id: state.confirmed_at for state in states}
    guidelines = {}
    for row in Guideline.objects.filter(project__examples__in=examples).distinct().order_by("id"):
        guidelines.setdefault(row.project_id, []).append(row)
    visits = {visit.example_id: visit.seconds for visit in Visit.objects.filter(**own)}
    return [
        {
            "uuid": str(example.uuid),
            "text": example.text,
            "meta": _meta(example, confirmed.get(example.id), guidelines),
            "confirmed_at": done.isoformat() if (done := confirmed.get(example.id)) else None,
            "seconds": visits.get(example.id),
            "spans": spans.get(example.id, []),
            "relations": relations.get(example.id, []),
            "comments": comments.get(example.id, []),
        }
        for example in examples
    ]


def _meta(example, confirmed_at, guidelines):
    """Return an example's metadata; once confirmed, with the guidelines it was confirmed under."""
    shown = [
        row.version
        for row in guidelines.get(example.project_id, ())
        if confirmed_at and row.since <= confirmed_at
    ]
    return {**example.meta, "guideline": shown[-1]} if shown else example.meta


def _by_example(labels, columns):
    """Return rows of named columns by their example's id; models take twice the time."""
    grouped = {}
    for example, *values in labels.order_by("id").values_list("example_id", *columns.values()):
        grouped.setdefault(example, []).append(dict(zip(columns, values, strict=True)))
    return grouped
