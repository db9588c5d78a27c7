"""An annotator's project on a Doccano that others run: made, and kept as a round needs it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from doccano_client.models.label_type import LabelType
from doccano_client.models.member import Member
from doccano_client.models.project import Project, ProjectType
from doccano_client.repositories.label_type import (
    LabelTypeRepository,
    RelationTypeRepository,
    SpanTypeRepository,
)
from doccano_client.repositories.member import MemberRepository
from doccano_client.repositories.metrics import MetricsRepository
from doccano_client.repositories.project import ProjectRepository
from doccano_client.repositories.role import RoleRepository
from doccano_client.repositories.user import UserRepository

from pipeline.doccano.transport import Transport
from pipeline.doccano.wire import Annotator, Round, to_push_order
from pipeline.errors import RequestError

_ROLE = "annotator"
# Spans that a token writes are its account's, and only that account sees them, unless the project's
# members share one set: so each annotator has a project, and shares it with who sent it alone.
_SHAPE = {
    "allow_overlapping": True,
    "use_relation": True,
    "collaborative_annotation": True,
    "grapheme_mode": False,
    "random_order": False,
}


def project_name(round_: Round, annotator: Annotator) -> str:
    """Return the name that makes a project one annotator's part of a round."""
    return f"{round_.name}/{annotator.pseudonym}"


def find_account(http: Transport, username: str) -> int | None:
    """Return an account's id, None where there is no such account."""
    # The client puts the name into the address as it is.
    users = UserRepository(http).list(quote(username))
    return next((user.id for user in users if user.username == username), None)


def find_project(http: Transport, name: str) -> dict[str, Any] | None:
    """Return the project of a name as the API has it; RequestError where there are two."""
    # Not the client's list: a project without a description is an error to it.
    found = [row for row in http.rows("projects", q=name) if row["name"] == name]
    if len(found) > 1:
        numbers = ", ".join(str(row["id"]) for row in found)
        cause = f"there are several projects {name!r} (numbers {numbers})"
        raise RequestError(http.api_url, cause, "Rename those that make annotate did not make.")
    return found[0] if found else None


def ensure_project(http: Transport, round_: Round, annotator: Annotator) -> dict[str, Any]:
    """Return the annotator's project, made where it is missing, with the guidelines of now."""
    name, order = project_name(round_, annotator), to_push_order(round_, annotator, [])
    projects = ProjectRepository(http)
    if (row := find_project(http, name)) is None:
        wanted = Project(
            name=name,
            description=order["description"],
            guideline=order["instructions"],
            project_type=ProjectType.SEQUENCE_LABELING,
            **_SHAPE,
        )
        row = http.get(f"projects/{projects.create(wanted).id}").json()
    elif row["guideline"] != order["instructions"]:
        project = projects.find_by_id(row["id"])
        projects.update(project.copy(update={"guideline": order["instructions"]}))
    odd = [key for key, value in _SHAPE.items() if row[key] is not value]
    if odd:
        cause = f"somebody changed the project {name!r}: {', '.join(odd)}"
        cure = "Set it back in the project's settings: spans would be read in wrong places."
        raise RequestError(http.api_url, cause, cure)
    _ensure_member(http, row["id"], annotator)
    return dict(row)


def _ensure_member(http: Transport, project: int, annotator: Annotator) -> None:
    account = find_account(http, annotator.username)
    members = MemberRepository(http)
    if account is None:
        cause = f"there is no account {annotator.username!r}"
        raise RequestError(http.api_url, cause, "Ask who runs the server for one.")
    if account not in {member.user for member in members.list(project)}:
        role = RoleRepository(http).find_by_name(_ROLE)
        members.create(project, Member(user=account, role=role.id))


def ensure_labels(http: Transport, project: int, round_: Round, annotator: Annotator) -> Any:
    """Make the project's labels those of the scheme.

    One the scheme lost is deleted; with spans it stays, and is returned with their number.
    """
    order = to_push_order(round_, annotator, [])
    in_use = _clear_labels(http, project, {row["text"] for row in order["labels"]})
    for kinds, rows in (
        (SpanTypeRepository(http), order["labels"]),
        (RelationTypeRepository(http), [order["relation"]]),
    ):
        _ensure_types(kinds, project, [_to_type(row) for row in rows])
    return in_use


def _to_type(row: dict[str, Any]) -> LabelType:
    return LabelType(
        text=row["text"],
        suffix_key=row.get("key"),
        background_color=row["colour"],
        text_color=row["text_colour"],
    )


def _ensure_types(kinds: LabelTypeRepository, project: int, wanted: list[LabelType]) -> None:
    there = {kind.text: kind for kind in kinds.list(project)}
    changed = []
    for kind in wanted:
        old = there.get(kind.text)
        kind.id = old.id if old else None
        if kind != old:
            changed.append(kind)
    # A key is one label's: those that change give theirs up before any takes a new one.
    for kind in (there[kind.text] for kind in changed if kind.id and there[kind.text].suffix_key):
        kinds.update(project, kind.copy(update={"suffix_key": None}))
    for kind in changed:
        (kinds.update if kind.id else kinds.create)(project, kind)


def _clear_labels(http: Transport, project: int, wanted: set[str]) -> dict[str, int]:
    kinds = SpanTypeRepository(http)
    others = [kind for kind in kinds.list(project) if kind.text not in wanted]
    in_use: dict[str, int] = {}
    people = MetricsRepository(http).get_span_distribution(project) if others else []
    for kind in others:
        counts = (c.count for person in people for c in person.counts if c.label == kind.text)
        if number := sum(counts):
            in_use[kind.text] = number
        else:
            kinds.delete(project, kind)
    return in_use
