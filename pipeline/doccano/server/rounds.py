"""A round's work of one annotator as rows of Doccano: written once, read as it stands.

One project holds one annotator's round. Offsets are UTF-16 code units, as Doccano's pages use them.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from examples.models import Comment, Example, ExampleState
from label_types.models import RelationType, SpanType
from labels.models import Relation, Span
from projects.models import Member, ProjectType, SequenceLabelingProject
from rest_framework.exceptions import NotFound, ValidationError
from roles.models import Role

LARGEST_BATCH = 100


def project_name(order: dict) -> str:
    """Return the name that makes a project one annotator's part of a round."""
    return f"{order['round']}/{order['annotator']['pseudonym']}"


def find_project(order: dict) -> tuple[SequenceLabelingProject, User]:
    """Return the project and the annotator's account; NotFound when either is missing."""
    project = SequenceLabelingProject.objects.filter(name=project_name(order)).first()
    if project is None:
        raise NotFound(f"there is no project {project_name(order)!r}")
    return project, _find_user(order)


def _find_user(order):
    user = User.objects.filter(username=order["annotator"]["username"]).first()
    if user is None:
        raise NotFound(f"there is no account {order['annotator']['username']!r}")
    return user


@transaction.atomic
def push(order: dict, admin: User) -> dict:
    """Create what is missing of project, labels and documents; leave alone what is there."""
    if len(order["documents"]) > LARGEST_BATCH:
        raise ValidationError(f"more than {LARGEST_BATCH} documents in one request")
    user = _find_user(order)
    project = _ensure_project(order, admin)
    _ensure_annotator(project, user)
    span_types = {row["text"]: _ensure_type(SpanType, project, row) for row in order["labels"]}
    relation_type = _ensure_type(RelationType, project, order["relation"])
    rows = {UUID(row["uuid"]): row for row in order["documents"]}
    existing = set(Example.objects.filter(uuid__in=rows).values_list("uuid", flat=True))
    rows = {uuid: row for uuid, row in rows.items() if uuid not in existing}
    examples = _create_examples(project, rows)
    spans = _create_spans(examples, rows, span_types, user)
    _create_relations(examples, rows, spans, relation_type, user)
    return {
        "project": project.id,
        "created": [str(uuid) for uuid in rows],
        "existing": [str(uuid) for uuid in existing],
    }


def _ensure_project(order, admin):
    project = SequenceLabelingProject.objects.filter(name=project_name(order)).first()
    if project is None:
        project = SequenceLabelingProject.objects.create(
            name=project_name(order),
            description=order["description"],
            guideline=order["instructions"],
            created_by=admin,
            project_type=ProjectType.SEQUENCE_LABELING,
            allow_overlapping=True,
            use_relation=True,
            collaborative_annotation=False,
            grapheme_mode=False,
        )
        project.add_admin()
    return project


def _ensure_annotator(project, user):
    if not Member.objects.filter(project=project, user=user).exists():
        role = Role.objects.get(name=settings.ROLE_ANNOTATOR)
        Member.objects.create(project=project, user=user, role=role)


def _ensure_type(model, project, row):
    found = model.objects.filter(project=project, text=row["text"]).first()
    return found or model.objects.create(
        project=project,
        text=row["text"],
        suffix_key=row.get("key"),
        background_color=row["colour"],
        text_color=row["text_colour"],
    )


def _create_examples(project, rows):
    """Create the examples in the order received, which is the order of Doccano's pages."""
    last = Example.objects.filter(project=project).order_by("-created_at").first()
    begin = max(timezone.now(), last.created_at) if last else timezone.now()
    examples = Example.objects.bulk_create(
        [
            Example(
                uuid=uuid,
                project=project,
                text=row["text"],
                meta=row["meta"],
                filename=row["meta"]["document"],
                upload_name=row["meta"]["document"],
            )
            for uuid, row in rows.items()
        ]
    )
    # Creation sets the clock's time on each; the clock may stand still between two, or go back.
    for place, example in enumerate(examples, 1):
        example.created_at = begin + timedelta(microseconds=place)
    Example.objects.bulk_update(examples, ["created_at"])
    return {example.uuid: example for example in examples}


def _create_spans(examples, rows, span_types, user):
    """Return the spans created, by (document, the id the sender gave)."""
    keyed = {}
    for uuid, row in rows.items():
        units = len(row["text"].encode("utf-16-le")) // 2
        for span in row["spans"]:
            start, end = span["start_utf16"], span["end_utf16"]
            if not 0 <= start < end <= units or span["label"] not in span_types:
                raise ValidationError(f"{row['meta']['document']}: cannot take the span {span}")
            keyed[uuid, span["id"]] = Span(
                example=examples[uuid],
                user=user,
                label=span_types[span["label"]],
                start_offset=start,
                end_offset=end,
            )
    Span.objects.bulk_create(keyed.values())
    return keyed


def _create_relations(examples, rows, spans, relation_type, user):
    Relation.objects.bulk_create(
        Relation(
            example=examples[uuid],
            user=user,
            type=relation_type,
            from_id=spans[uuid, relation["source"]],
            to_id=spans[uuid, relation["target"]],
        )
        for uuid, row in rows.items()
        for relation in row["relations"]
    )


def known(order: dict) -> list[str]:
    """Return the uuids of every document of the project."""
    project, _ = find_project(order)
    return [str(uuid) for uuid in project.examples.values_list("uuid", flat=True)]


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
    """Return documents with all that is the user's own: spans, relations, comments, state."""
    own = {"example__in": examples, "user": user}
    spans = _by_example(Span.objects.filter(**own).select_related("label"))
    relations = _by_example(Relation.objects.filter(**own).select_related("type"))
    comments = _by_example(Comment.objects.filter(**own))
    states = ExampleState.objects.filter(example__in=examples, confirmed_by=user)
    confirmed = {state.example_id: state.confirmed_at.isoformat() for state in states}
    return [
        {
            "uuid": str(example.uuid),
            "text": example.text,
            "meta": example.meta,
            "confirmed_at": confirmed.get(example.id),
            "spans": [_span_row(span) for span in spans.get(example.id, ())],
            "relations": [_relation_row(row) for row in relations.get(example.id, ())],
            "comments": [{"id": row.id, "text": row.text} for row in comments.get(example.id, ())],
        }
        for example in examples
    ]


def _by_example(labels):
    grouped = {}
    for label in labels.order_by("id"):
        grouped.setdefault(label.example_id, []).append(label)
    return grouped


def _span_row(span):
    return {
        "id": span.id,
        "start_utf16": span.start_offset,
        "end_utf16": span.end_offset,
        "label": span.label.text,
    }


def _relation_row(relation):
    return {
        "source": relation.from_id_id,
        "target": relation.to_id_id,
        "type": relation.type.text,
    }
