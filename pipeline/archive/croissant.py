"""The Croissant description of an archived release: its Parquet files, and what a row holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.archive import RELEASE
from pipeline.dataset.card import NAME
from pipeline.dataset.features import CONFIGS, features_of
from pipeline.dataset.folder import parquet_path
from pipeline.dataset.ledger import Ledger
from pipeline.dataset.splits import SPLITS

_CC_BY = "https://creativecommons.org/licenses/by/4.0/"
_PARQUET = "application/x-parquet"
_TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "float64": "sc:Float",
    "date32": "sc:Date",
}

_Node = dict[str, Any]


def render_croissant(folder: Path, ledger: Ledger, day: str | None) -> str:
    """Render `croissant.json` (Croissant 1.0) of the release in a folder; `day` is its newest."""
    context = files("pipeline.archive").joinpath("croissant_context.json")
    configs = [config for config in CONFIGS if (folder / RELEASE / config).is_dir()]
    node: _Node = {
        "@context": json.loads(context.read_text(encoding="utf-8")),
        "@type": "sc:Dataset",
        "name": NAME,
        "description": "Arabic news annotated with named entities, dates and stance.",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": ledger["version"],
        "license": _CC_BY,
        "inLanguage": "ar",
        "citeAs": f"{NAME} {ledger['version']}. Content SHA-256 {ledger['content_sha256']}.",
        **({"datePublished": day} if day else {}),
        "distribution": [node for config in configs for node in _distribution(folder, config)],
        "recordSet": [_record_set(config) for config in configs],
    }
    return json.dumps(node, ensure_ascii=False, indent=2) + "\n"


def _distribution(folder: Path, config: str) -> Iterator[_Node]:
    """Yield a config's files, each with its digest, and the set they make."""
    for split in SPLITS:
        path = parquet_path(folder / RELEASE, config, split)
        if path.is_file():
            yield {
                "@type": "cr:FileObject",
                "@id": f"{config}/{split}",
                "name": f"{config}-{split}",
                "contentUrl": path.relative_to(folder).as_posix(),
                "encodingFormat": _PARQUET,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
    yield {
        "@type": "cr:FileSet",
        "@id": f"{config}-files",
        "name": f"{config}-files",
        "encodingFormat": _PARQUET,
        "includes": f"{RELEASE}/{config}/*.parquet",
    }


def _record_set(config: str) -> _Node:
    columns = features_of(config).items()
    fields = [_field(config, [name], feature) for name, feature in columns]
    return {"@type": "cr:RecordSet", "@id": config, "name": config, "field": fields}


def _field(config: str, path: list[str], feature: Any) -> _Node:
    """Return a column, or the value inside a column that `path` leads to.

    What lies two levels deep is told in one, since readers of Croissant go no deeper in lists.
    """
    from datasets import List

    node: _Node = {"@type": "cr:Field", "@id": "/".join([config, *path]), "name": "/".join(path)}
    if isinstance(feature, List):
        feature, node["repeated"] = feature.feature, True
    if isinstance(feature, Mapping):
        inner = [_field(config, leaf, value) for leaf, value in _leaves(path, feature)]
        return {**node, "subField": inner}
    source: _Node = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": path[0]}}
    if len(path) > 1:
        source["transform"] = {"jsonPath": ".".join(path[1:])}
    return {**node, **_value_type(feature), "source": source}


def _leaves(path: list[str], feature: Mapping[str, Any]) -> Iterator[tuple[list[str], Any]]:
    for name, value in feature.items():
        if isinstance(value, Mapping):
            yield from _leaves([*path, name], value)
        else:
            yield [*path, name], value


def _value_type(feature: Any) -> _Node:
    from datasets import ClassLabel

    if isinstance(feature, ClassLabel):
        names = ", ".join(f"{number} {name}" for number, name in enumerate(feature.names))
        return {"dataType": "sc:Integer", "description": f"One of: {names}."}
    return {"dataType": _TYPES[feature.dtype]}
