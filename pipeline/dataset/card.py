"""The dataset card: YAML for the Hub and `datasets`, and computed figures for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any

from pipeline.dataset.features import NER, SPANS, features_of
from pipeline.dataset.rows import Released
from pipeline.model import MACHINE
from pipeline.scheme import LAYERS, load_scheme

_NAME = "tawsim-news"


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Rows of a split, its bytes in memory (Arrow) and on disk (Parquet)."""

    rows: int
    num_bytes: int
    file_size: int


def render_card(
    version: str,
    released: Sequence[Released],
    ledger: Mapping[str, Any],
    sizes: Mapping[str, SplitSize],
) -> str:
    """Render README.md of a release; `sizes` are those of each config's train split."""
    sources = Counter(item.layer_source for item in released)
    models = {name for item in released for name in item.record.models.values()}
    scheme = load_scheme()
    body = Template(files("pipeline.dataset").joinpath("card.md").read_text(encoding="utf-8"))
    return _front_matter(version, sizes) + body.substitute(
        name=_NAME,
        version=version,
        documents=len(released),
        targets="; ".join(f"“{target.name_en}” (`{target.id}`)" for target in scheme.targets),
        sources=_table(("layer_source", "documents"), sorted(sources.items())),
        machine_note=_machine_note(sources, len(released)),
        counts=_table(("layer", "label", "spans"), _label_counts(released)),
        guideline=scheme.guideline,
        models=", ".join(f"`{name}`" for name in sorted(models)) or "named in each record",
        licences=_table(
            ("licence", "documents"),
            sorted(Counter(i.document.licence or "not stated" for i in released).items()),
        ),
        content_sha256=ledger["content_sha256"],
    )


def _machine_note(sources: Mapping[str, int], total: int) -> str:
    if sources[MACHINE] == total:
        return "**All layers of this release are the machine's: no person has corrected them.**"
    return f"{total - sources[MACHINE]} of {total} documents were corrected by people."


def _label_counts(released: Sequence[Released]) -> list[tuple[str, str, int]]:
    counts = Counter(
        (layer, span.label)
        for i in released
        for layer in LAYERS
        for span in getattr(i.record, layer)
    )
    scheme = load_scheme()
    return [(layer, label, counts[layer, label]) for layer in LAYERS for label in scheme.ids(layer)]


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _front_matter(version: str, sizes: Mapping[str, SplitSize]) -> str:
    import yaml

    info = {
        "language": ["ar"],
        "pretty_name": f"{_NAME} {version}",
        "license": "other",
        "license_name": "annotations-cc-by-4.0-texts-see-card",
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "configs": [
            {
                "config_name": config,
                "version": version,
                "data_files": [{"split": "train", "path": f"{config}/train-*.parquet"}],
                **({"default": True} if config == SPANS else {}),
            }
            for config in (SPANS, NER)
        ],
        "dataset_info": [
            {
                "config_name": config,
                "features": features_of(config)._to_yaml_list(),
                "splits": [
                    {"name": "train", "num_bytes": size.num_bytes, "num_examples": size.rows}
                ],
                "download_size": size.file_size,
                "dataset_size": size.num_bytes,
            }
            for config, size in sizes.items()
        ],
    }
    return f"---\n{yaml.safe_dump(info, allow_unicode=True, sort_keys=False)}---\n"
