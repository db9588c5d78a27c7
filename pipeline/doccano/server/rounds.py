"""A round's work of one annotator as rows of Doccano: written once, renewed until it is opened.

One project holds one annotator's round. Offsets are UTF-16 code units, as Doccano's pages use them.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from examples.models import Comment, Example, ExampleState
from label_types.models import RelationType, SpanType
from labels.models import Relation, Span
from projects.models import Member, ProjectType, SequenceLabelingProject
from rest_framework.exceptions import NotFound, ValidationError
from roles.models import Role

from .models import Guideline, Visit

LARGEST_BATCH = 100
# The time of creation is the order of Doccano's pages. Left to the clock, which may stand still
# between two, or go back, it would be set anew on what we create.
_created_at = Example._meta.get_field("created_at")
_created_at.auto_now_add, _created_at.default = False, timezone.now


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
    """Create what is missing of project, labels and documents; a document there is left alone.

    Labels the order does not have are deleted, except those with spans, which `in_use` counts.
    """
    rows = _rows(order)
    user = _find_user(order)
    project = _ensure_project(order, admin)
    _note_guideline(project, order["guideline"])
    _ensure_annotator(project, user)
    span_types = _ensure_types(SpanType, project, order["labels"])
    (relation_type,) = _ensure_types(RelationType, project, [order["relation"]]).values()
    existing = set(Example.objects.filter(uuid__in=rows).values_list("uuid", flat=True))
    rows = {uuid: row for uuid, row in rows.items() if uuid not in existing}
    examples = _create_examples(project, rows)
    spans = _create_spans(examples, rows, span_types, user)
    _create_relations(examples, rows, spans, relation_type, user)
    return {
        "project": project.id,
        "created": [str(uuid) for uuid in rows],
        "existing": [str(uuid) for uuid in existing],
        "in_use": _clear_types(project, span_types),
    }


@transaction.atomic
def renew(order: dict) -> dict:
    """Put the spans given in the place of those of documents that nobody in the round opened.

    A document somebody opened, their copy or another's, is left alone.
    """
    rows = _rows(order)
    project, user = find_project(order)
    examples = {example.uuid: example for example in project.examples.filter(uuid__in=rows)}
    names = [example.upload_name for example in examples.values()]
    copies = Example.objects.filter(
        upload_name__in=names, project__name__startswith=f"{order['round']}/"
    )
    seen = set(copies.filter(opened()).values_list("upload_name", flat=True))
    rows = {
        uuid: row
        for uuid, row in rows.items()
        if uuid in examples and examples[uuid].upload_name not in seen
    }
    for uuid, row in rows.items():
        examples[uuid].meta = row["meta"]
    Example.objects.bulk_update([examples[uuid] for uuid in rows], ["meta"])
    Span.objects.filter(example__uuid__in=rows).delete()
    span_types = {kind.text: kind for kind in SpanType.objects.filter(project=project)}
    relation_type = RelationType.objects.get(project=project, text=order["relation"]["text"])
    spans = _create_spans(examples, rows, span_types, user)
    _create_relations(examples, rows, spans, relation_type, user)
    return {"renewed": [str(uuid) for uuid in rows]}


def opened() -> Exists:
    """Return the condition that somebody looked at an example, confirmed it or wrote under it."""
    traces = [
        Exists(model.objects.filter(example=OuterRef("pk")))
        for model in (Visit, ExampleState, Comment)
    ]
    return traces[0] | traces[1] | traces[2]


def _rows(order):
    """Return the documents of an order by their uuids."""
    if len(order["documents"]) > LARGEST_BATCH:
        raise ValidationError(f"more than {LARGEST_BATCH} documents in one request")
    return {UUID(row["uuid"]): row for row in order["documents"]}


def _ensure_project(order, admin):
    project = SequenceLabelingProject.objects.filter(name=project_name(order)).first()
    if project is not None:
        project.guideline = order["instructions"]
        project.save(update_fields=["guideline"])
    else:
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


def _note_guideline(project, version):
    """Note what version the guidelines shown from now on are."""
    last = Guideline.objects.filter(project=project).order_by("id").last()
    if last is None or last.version != version:
        Guideline.objects.create(project=project, version=version, since=timezone.now())


def _ensure_annotator(project, user):
    if not Member.objects.filter(project=project, user=user).exists():
        role = Role.objects.get(name=settings.ROLE_ANNOTATOR)
        Member.objects.create(project=project, user=user, role=role)


def _ensure_types(model, project, rows):
    """Return the labels of the rows by their text; those that are not there so are written."""
    types = {kind.text: kind for kind in model.objects.filter(project=project)}
    for row in rows:
        looks = {
            "suffix_key": row.get("key"),
            "background_color": row["colour"],
            "text_color": row["text_colour"],
        }
        kind = types.setdefault(row["text"], model(project=project, text=row["text"]))
        if kind.pk is None or any(getattr(kind, name) != look for name, look in looks.items()):
            for name, look in looks.items():
                setattr(kind, name, look)
            kind.save()
    return {row["text"]: types[row["text"]] for row in rows}


def _clear_types(project, wanted):
    """Delete the labels that are wanted no more; return how many spans each has that stays."""
    others = SpanType.objects.filter(project=project).exclude(text__in=wanted)
    drawn = others.annotate(spans=Count("span")).filter(spans__gt=0)
    used = dict(drawn.values_list("text", "spans"))
    others.exclude(text__in=used).delete()
    return used


def _create_examples(project, rows):
    """Create the examples in the order received, which is the order of Doccano's pages."""
    last = Example.objects.filter(project=project).order_by("-created_at").first()
    begin = max(timezone.now(), last.created_at) if last else timezone.now()
    examples = Example.objects.bulk_create(
        [
            Example(
                uuid=uuid,
                created_at=begin + timedelta(microseconds=place),
                project=project,
                text=row["text"],
                meta=row["meta"],
                filename=row["meta"]["document"],
                upload_name=row["meta"]["document"],
            )
            for place, (uuid, row) in enumerate(rows.items(), 1)
        ]
    )
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
