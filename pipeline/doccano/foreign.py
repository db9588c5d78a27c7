"""An annotation server that others run: stock Doccano 1.8.4, through its official client.

It has nothing of ours: see docs/annotate.md for what it therefore cannot do.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from doccano_client.models.data_upload import Task
from doccano_client.repositories.data_upload import DataUploadRepository
from doccano_client.repositories.example import ExampleRepository
from doccano_client.repositories.label import RelationRepository, SpanRepository
from doccano_client.repositories.label_type import RelationTypeRepository, SpanTypeRepository
from doccano_client.repositories.task_status import TaskStatusRepository
from doccano_client.repositories.user import UserRepository

from pipeline.doccano.address import Address
from pipeline.doccano.foreign_project import (
    ensure_labels,
    ensure_project,
    find_account,
    find_project,
    project_name,
)
from pipeline.doccano.foreign_rows import (
    Marks,
    read_uuid,
    render_import,
    to_document,
    to_meta,
    was_cut,
)
from pipeline.doccano.transport import Transport
from pipeline.doccano.wire import Annotator, Round, Stored, WireDocument
from pipeline.errors import RequestError

_IMPORT_SECONDS = 300
# A tag of the project, while documents are on their way to it.
_SENDING = "tawsim sends "
_Row = dict[str, Any]


class ForeignServer:
    """Talks to one server as the account of a token; an `AnnotationServer`."""

    notes_visits = False

    def __init__(self, address: Address) -> None:
        self.url = address.url
        self._http = Transport(address)
        # The examples of a project, as they were last listed.
        self._listed: dict[int, list[_Row]] = {}

    def __enter__(self) -> ForeignServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def read_username(self) -> str:
        """Return the name of the token's account: the first thing to ask of a server."""
        with self._as_known():
            return str(UserRepository(self._http).get_profile().username)

    def open_accounts(self, names: Sequence[str]) -> dict[str, str]:
        """See that everybody has an account: to make them is for who runs the server."""
        with self._as_known():
            missing = [name for name in names if find_account(self._http, name) is None]
        if missing:
            cause = f"there is no account {', '.join(missing)}"
            cure = "Ask who runs it for one, or put the name of theirs into annotators.toml."
            raise RequestError(self.url, cause, cure)
        return {}

    def back_up(self) -> None:
        """Nothing: that is for who runs the server."""

    def holders(self, round_: Round) -> frozenset[str]:
        """Return the pseudonyms of those who have a project in the round."""
        start = f"{round_.name}/"
        with self._as_known():
            names = [str(row["name"]) for row in self._http.rows("projects", q=start)]
        return frozenset(name.removeprefix(start) for name in names if name.startswith(start))

    def push(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> dict[str, Any]:
        """Create the project and up to 100 documents; those that exist are left alone.

        Without documents the project is brought up to date, and what an import left half done is
        undone.
        """
        with self._as_known():
            if documents:
                project, in_use = self._require_project(round_, annotator), {}
            else:
                project = ensure_project(self._http, round_, annotator)
                in_use = ensure_labels(self._http, project["id"], round_, annotator)
                self._undo_cut(project, annotator)
            rows = self._examples(project["id"]) if documents else []
            there = {read_uuid(row) for row in rows}
            missing = [wire for wire in documents if wire.uuid not in there]
            if missing:
                self._send(project["id"], missing)
            return {
                "project": project["id"],
                "created": [wire.uuid for wire in missing],
                "existing": [wire.uuid for wire in documents if wire.uuid in there],
                "in_use": in_use,
            }

    def renew(
        self, round_: Round, annotator: Annotator, documents: Sequence[WireDocument]
    ) -> list[str]:
        """Nothing: who has opened what is not known here."""
        return []

    def stored(self, round_: Round, annotator: Annotator) -> list[Stored]:
        """Return the documents that are on the server, each as if it had been opened."""
        with self._as_known():
            project = self._require_project(round_, annotator)["id"]
            return [
                Stored(
                    uuid=uuid,
                    document=to_meta(row)["document"],
                    based_on=to_meta(row)["based_on"],
                    opened=True,
                    confirmed=row["is_confirmed"],
                )
                for row in self._list(project)
                if (uuid := read_uuid(row)) is not None
            ]

    def read(
        self, round_: Round, annotator: Annotator, uuids: Sequence[str]
    ) -> dict[str, WireDocument]:
        """Return up to 100 documents by uuid."""
        with self._as_known():
            project = self._require_project(round_, annotator)["id"]
            reader = _Reader(self._http, project, annotator)
            rows = {read_uuid(row): row for row in self._examples(project)}
            return {uuid: reader.read(rows[uuid]) for uuid in uuids if uuid in rows}

    def pull(self, round_: Round, annotator: Annotator) -> Iterator[WireDocument]:
        """Yield every document, in the order they were pushed; those confirmed with their spans.

        Confirmed is what the annotator's own account confirmed.
        """
        with self._as_known():
            project = self._require_project(round_, annotator)["id"]
            reader = _Reader(self._http, project, annotator)
            rows = self._list(project)
        for row in rows:
            with self._as_known():
                confirmed = row["is_confirmed"]
                wire = reader.read(row) if confirmed else to_document(row, Marks((), ()))
            yield wire

    def _require_project(self, round_: Round, annotator: Annotator) -> _Row:
        name = project_name(round_, annotator)
        project = find_project(self._http, name)
        if project is None:
            cause = f"there is no project {name!r} that this token's account is in"
            raise RequestError(self.url, cause, "Push the documents first (`make annotate`).")
        return project

    def _examples(self, project: int) -> list[_Row]:
        """Return a project's examples as they were last listed."""
        return self._listed[project] if project in self._listed else self._list(project)

    def _list(self, project: int) -> list[_Row]:
        self._listed[project] = self._http.rows(f"projects/{project}/examples")
        return self._listed[project]

    def _send(self, project: int, documents: Sequence[WireDocument]) -> None:
        """Import documents, the project being tagged until the server says that all is there."""
        digest = hashlib.sha256("".join(wire.uuid for wire in documents).encode()).hexdigest()
        name = f"{digest[:12]}.jsonl"
        tags = f"projects/{project}/tags"
        tag = self._http.post(tags, json={"text": f"{_SENDING}{name}"}).json()["id"]
        uploads = DataUploadRepository(self._http)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_text(render_import(documents), encoding="ascii", newline="")
            upload = uploads.upload(str(path))
        task = Task.RELATION_EXTRACTION
        self._wait(uploads.ingest(project, [upload], task, "JSONL", encoding="utf_8"))
        self._http.delete(f"{tags}/{tag}")
        before = self._examples(project)
        before += self._http.rows(f"projects/{project}/examples", offset=len(before))

    def _wait(self, task: str) -> None:
        """Wait for an import; one that failed ends as one that did not, but for what it says."""
        end, pause = time.monotonic() + _IMPORT_SECONDS, 0.1
        while not (status := TaskStatusRepository(self._http).get(task)).ready:
            if time.monotonic() > end:
                cause = f"documents sent are not imported after {_IMPORT_SECONDS} s"
                cure = "Ask who runs it whether its Celery worker does; then run it again."
                raise RequestError(self.url, cause, cure)
            time.sleep(pause)
            pause = min(2 * pause, 2.0)
        said = status.error or (status.result or {}).get("error")
        if said:
            cure = (
                "Run it again: nothing is done twice. If it stays so, these documents may be in "
                "projects of another account: have it make yours a project admin of them."
            )
            raise RequestError(self.url, f"the import failed: {str(said)[:300]}", cure)

    def _undo_cut(self, project: _Row, annotator: Annotator) -> None:
        """Delete what imports that were cut short left of documents; they are then sent again."""
        cut = {
            tag["text"]: tag["id"] for tag in project["tags"] if tag["text"].startswith(_SENDING)
        }
        rows = self._list(project["id"]) if cut else []
        reader = _Reader(self._http, project["id"], annotator)
        for text, tag in cut.items():
            for row in rows:
                if row["upload_name"] == text.removeprefix(_SENDING) and read_uuid(row):
                    reader.delete_if_cut(row)
            self._http.delete(f"projects/{project['id']}/tags/{tag}")
        self._listed.pop(project["id"], None)

    @contextmanager
    def _as_known(self) -> Iterator[None]:
        """Tell answers that 1.8.4 does not give."""
        try:
            yield
        except (KeyError, TypeError, ValueError) as error:
            cause = f"it answers otherwise than Doccano 1.8.4 ({type(error).__name__}: {error})"
            raise RequestError(
                self.url, cause[:500], "Check DOCCANO_URL and its version."
            ) from error


class _Reader:
    """Reads examples of one annotator's project."""

    def __init__(self, http: Transport, project: int, annotator: Annotator) -> None:
        self._http, self._project = http, project
        # None once the account is gone, and nothing is confirmed by it.
        self._account = find_account(http, annotator.username)
        self._labels = {k.id: k.text for k in SpanTypeRepository(http).list(project)}
        self._types = {k.id: k.text for k in RelationTypeRepository(http).list(project)}

    def read(self, row: _Row) -> WireDocument:
        """Return an example with all its annotator did to it."""
        marks, comments = self._marks(row), self._comments(row)
        # The state last: what is taken back meanwhile is not taken as confirmed.
        return to_document(row, marks, comments, self._confirmed_at(row))

    def delete_if_cut(self, row: _Row) -> None:
        """Delete an example whose import ended before its spans and relations were all there."""
        if self._account is not None and was_cut(row, self._marks(row), self._account):
            ExampleRepository(self._http).delete(self._project, row["id"])

    def _marks(self, row: _Row) -> Marks:
        # Relations first: one that is drawn meanwhile would name a span that is not read.
        relations = RelationRepository(self._http).list(self._project, row["id"])
        spans = SpanRepository(self._http).list(self._project, row["id"])
        there = {span.id for span in spans}
        return Marks(
            [{**s.dict(), "label": self._labels.get(s.label, f"#{s.label}")} for s in spans],
            [
                {**r.dict(), "type": self._types.get(r.type, f"#{r.type}")}
                for r in relations
                if {r.from_id, r.to_id} <= there
            ],
        )

    def _comments(self, row: _Row) -> list[_Row]:
        if not row["comment_count"]:
            return []
        rows = self._http.rows(f"projects/{self._project}/comments", example=row["id"])
        return [comment for comment in rows if comment["user"] == self._account]

    def _confirmed_at(self, row: _Row) -> str | None:
        if not row["is_confirmed"]:
            return None
        states = self._http.rows(f"projects/{self._project}/examples/{row['id']}/states")
        own = (s["confirmed_at"] for s in states if s["confirmed_by"] == self._account)
        return next(own, None)
