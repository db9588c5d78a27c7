"""Annotation records as files: strict reading, canonical rendering, atomic writing.

The only place where an Annotation becomes a dictionary or comes out of one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import Fault, InputRefused
from pipeline.files import write_atomically
from pipeline.model import MACHINE, Annotation, DateSpan, Document, Entity, Mention, StanceSpan
from pipeline.scheme import DATES, ENTITIES, LAYERS, STANCE, load_scheme, read_schema

_SPAN_KEYS = ("start", "end", "label", "text")
_Span = TypeVar("_Span", bound=Mention)
_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes one a call


def to_json(annotation: Annotation) -> dict[str, Any]:
    """Return the record as JSON values in the schema's order; keys that don't apply are absent."""
    head = {
        "document": annotation.document,
        "text_sha256": annotation.text_sha256,
        "dct": annotation.dct.isoformat() if annotation.dct else None,
        "agent": annotation.agent,
        "models": dict(sorted(annotation.models.items())) or None,
        "guideline": annotation.guideline,
        "based_on": annotation.based_on,
        "confirmed_at": annotation.confirmed_at,
    }
    layers = {layer: [span_to_json(s) for s in getattr(annotation, layer)] for layer in LAYERS}
    return {key: value for key, value in head.items() if value is not None} | layers


def span_to_json(span: Mention) -> dict[str, Any]:
    """Return one span as JSON values, in the schema's order."""
    names = _ordered_names(type(span))  # type: ignore[arg-type]  # classes have hashes
    values = {name: getattr(span, name) for name in names}
    return {
        name: span_to_json(value) if isinstance(value, Mention) else value
        for name, value in values.items()
        if value is not None
    }


@cache
def _ordered_names(kind: type[Mention]) -> list[str]:
    names = [field.name for field in fields(kind)]
    return [*(n for n in _SPAN_KEYS if n in names), *(n for n in names if n not in _SPAN_KEYS)]


def from_json(record: Mapping[str, Any]) -> Annotation:
    """Return the Annotation of a record that `schema_faults` found nothing wrong with."""
    return Annotation(
        document=record["document"],
        text_sha256=record["text_sha256"],
        agent=record["agent"],
        guideline=record["guideline"],
        dct=date.fromisoformat(record["dct"]) if "dct" in record else None,
        models=record.get("models", {}),
        based_on=record.get("based_on"),
        confirmed_at=record.get("confirmed_at"),
        entities=_spans(Entity, record[ENTITIES]),
        dates=_spans(DateSpan, record[DATES]),
        stance=_spans(StanceSpan, record[STANCE]),
    )


def _spans(kind: type[_Span], rows: Sequence[Mapping[str, Any]]) -> tuple[_Span, ...]:
    return tuple(kind(**{key: _value(key, value) for key, value in row.items()}) for row in rows)


def _value(key: str, value: Any) -> Any:
    if key == "holder":
        return Mention(**{name: _value(name, inner) for name, inner in value.items()})
    # JSON Schema takes 4.0 for an integer, as other programs write it.
    return int(value) if key in ("start", "end") else value


def render_annotation(annotation: Annotation) -> str:
    """Render the canonical file: one span a line, so that a change of one shows as one."""
    return render_record(to_json(annotation))


def render_record(record: Mapping[str, Any]) -> str:
    """Render a record's JSON values as the canonical file."""
    lines = [f"{_encode(key)}: {_encode(record[key])}" for key in record if key not in LAYERS]
    for layer in LAYERS:
        spans = ",\n".join(map(_encode, record[layer]))
        lines.append(f'"{layer}": [\n{spans}\n]' if spans else f'"{layer}": []')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def annotation_digest(annotation: Annotation) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of the canonical rendering."""
    rendered = render_annotation(annotation).encode("utf-8")
    return hashlib.sha256(rendered).hexdigest()[:16]


def parse_annotation(text: str, place: str) -> Annotation:
    """Parse and validate one record; raises InputRefused with every fault found."""
    cure = "Restore the file from git, or run the stage that made it again."
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputRefused([Fault(place, f"not a JSON record ({error})", cure)]) from error
    causes = schema_faults(record, "annotation.schema.json")
    faults = [Fault(place, cause, cure) for cause in causes]
    if not faults and "dct" in record:
        try:
            date.fromisoformat(record["dct"])
        except ValueError as error:
            faults.append(Fault(place, f"dct: {error}", cure))
    if faults:
        raise InputRefused(faults)
    return from_json(record)


def schema_faults(record: object, schema: str) -> Iterator[str]:
    """Yield what a JSON Schema of `schemas/` finds wrong with a record, each with its path."""
    # Most records are fine, and the compiled validator finds it hundreds of times as fast; the
    # other one says in better words what is wrong.
    errors = () if _compiled(schema).is_valid(record) else _worded(schema).iter_errors(record)
    try:
        ordered = sorted(errors, key=lambda error: list(map(str, error.path)))
    except RecursionError:
        yield "$: values nested without end"
        return
    for error in ordered:
        yield f"{error.json_path}: {error.message[:200]}"


@cache
def _compiled(schema: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(read_schema(schema)))


@cache
def _worded(schema: str) -> Any:
    # Its import takes a second and a half where all its checkers of formats are installed.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(read_schema(schema)))


def read_annotation(path: Path) -> Annotation:
    """Read one record file; raises InputRefused with place, cause and cure."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cure = "Restore the file from git, or run the stage that made it again."
        raise InputRefused([Fault(str(path), f"cannot be read ({error})", cure)]) from error
    return parse_annotation(text, str(path))


def write_annotation(path: Path, annotation: Annotation) -> None:
    """Write one record file, atomically."""
    write_atomically(path, [render_annotation(annotation)])


def check_annotation(annotation: Annotation, document: Document) -> list[Fault]:
    """Return all that contradicts the document's text, or within the record's layers.

    Checked: the text's digest, every span's range and covered text, edges in white space or
    inside a character, order, doubles and overlap within a layer, holders, targets of the scheme,
    date values. The machine's edges may lie inside a character: they are edges of tokens, which
    odd text (a digit with a keycap) joins, and one such span must not keep a corpus from people.
    """
    place = f"{annotation.agent}/{annotation.document}"
    if (annotation.document, annotation.text_sha256) != (document.id, document.sha256):
        cure = "Restore the text the annotation was made on, or annotate the new one."
        return [Fault(place, "the document's text is not the one annotated", cure)]
    cure = "Mend the span in the record, or take it out."
    faults = []
    for layer in LAYERS:
        spans: Sequence[Mention] = getattr(annotation, layer)
        holders = [s.holder for s in spans if isinstance(s, StanceSpan) and s.holder]
        for span in (*spans, *holders):
            cause = _mention_fault(span, document.text)
            if not cause and annotation.agent != MACHINE:
                cause = _edge_fault(span, document.text)
            if cause:
                faults.append(Fault(f"{place}, {layer} {span.start}-{span.end}", cause, cure))
        for before, span in pairwise(spans):
            if span.start < before.end:
                same = (span.start, span.end) == (before.start, before.end)
                earlier = f"overlaps or comes before {before.start}-{before.end} of its layer"
                cause = "stands there twice" if same else earlier
                faults.append(Fault(f"{place}, {layer} {span.start}-{span.end}", cause, cure))
    return [*faults, *_attribute_faults(annotation, place)]


def _attribute_faults(annotation: Annotation, place: str) -> Iterator[Fault]:
    """Yield targets the scheme does not know and date values that are none."""
    from pipeline.annotators.dates.timex import is_timex_value

    targets = {target.id for target in load_scheme().targets}
    for stance in annotation.stance:
        if stance.target not in targets:
            where = f"{place}, stance {stance.start}-{stance.end}"
            cause = f"unknown target {stance.target!r}"
            yield Fault(where, cause, "Declare it in schemas/targets.toml.")
    for moment in annotation.dates:
        if moment.value is not None and not is_timex_value(moment.value, moment.label):
            where = f"{place}, dates {moment.start}-{moment.end}"
            cause = f"{moment.value!r} is no TIMEX3 value of a {moment.label}"
            yield Fault(where, cause, "Write it as docs/dates.md says, or take it out.")


def _mention_fault(span: Mention, text: str) -> str | None:
    if not 0 <= span.start < span.end <= len(text):
        return f"lies outside the text of {len(text)} characters, or is empty"
    covered = text[span.start : span.end]
    if covered != span.text:
        return f"says {span.text!r} but covers {covered!r}"
    if covered != covered.strip():
        return "starts or ends in white space"
    return None


def _edge_fault(span: Mention, text: str) -> str | None:
    if any(_splits_character(text, offset) for offset in (span.start, span.end)):
        return "starts or ends inside a character that a reader sees as one"
    return None


def _splits_character(text: str, offset: int) -> bool:
    """Tell whether an offset lies inside a grapheme cluster (Unicode, annex 29).

    A mark after a space counts as a character of its own, so that only the word is looked at.
    """
    place = offset
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    while place < offset:
        place = _cluster().match(text, place).end()
    return place > offset


@cache
def _cluster() -> Any:
    import regex

    return regex.compile(r"\X")
