"""The dataset card: YAML for the Hub and `datasets`, and computed figures for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any

from pipeline.agreement.compare import FIGURES, Coded
from pipeline.agreement.figures import render_figure
from pipeline.dataset.features import ANNOTATORS, CONFIGS, SPANS, features_of
from pipeline.dataset.figures import count_labels, measure_agreement
from pipeline.dataset.folder import Sizes
from pipeline.dataset.licences import may_redistribute
from pipeline.dataset.rows import Released
from pipeline.dataset.splits import SMALLEST_DIVIDED, SPLITS, THRESHOLD
from pipeline.model import MACHINE
from pipeline.scheme import LAYERS, load_scheme

NAME = "tawsim-news"
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TEXTS = re.compile(r"(?<=^### Texts\n).*?(?=^#)", re.DOTALL | re.MULTILINE)
# What breaks a line, turns it round, or is a word of Markdown or HTML.
_UNSEEN = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_OBEYED = re.compile(r"[\\`*_\[\]<>&!#~$]")
TEXTS_WHOLE = "Every document's text is in this copy."


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card's figures are computed from; `sizes` lacks what has no row."""

    released: Sequence[Released]
    ledger: Mapping[str, Any]
    sizes: Sizes
    crossings: Sequence[Sequence[str]]


def render_card(facts: CardFacts) -> str:
    """Render README.md of a release."""
    released, version = facts.released, facts.ledger["version"]
    body = Template(files("pipeline.dataset").joinpath("card.md").read_text(encoding="utf-8"))
    documents = [item.document for item in released]
    return render_front_matter(version, facts.sizes) + body.substitute(
        name=NAME,
        version=version,
        documents=len(released),
        characters=sum(len(document.text) for document in documents),
        dct_range=_dct_range(released),
        targets="; ".join(f"“{t.name_en}” (`{t.id}`)" for t in load_scheme().targets),
        configs=_configs(facts.sizes),
        left_out=_left_out(facts.sizes),
        splits=_splits(released),
        smallest_divided=SMALLEST_DIVIDED,
        threshold=THRESHOLD,
        crossings=_crossings(facts.crossings),
        layer_sources=_tally("layer_source", (item.layer_source for item in released)),
        machine_note=_machine_note(released),
        counts=_table(("layer", "label", "spans"), _label_counts(released)),
        guideline=facts.ledger["guideline"],
        models=_models(released),
        annotators=_annotators(released),
        agreement=_agreement(released),
        people=_people(released),
        sources=_tally("source", (document.source or "not stated" for document in documents)),
        licences=_tally("licence", (document.licence or "not stated" for document in documents)),
        closed=sum(not may_redistribute(document.licence) for document in documents),
        texts=TEXTS_WHOLE,
        content_sha256=facts.ledger["content_sha256"],
    )


def set_texts(card: str, version: str, sizes: Sizes, texts: str) -> str:
    """Return a card that says `texts` of the texts in its copy, and gives the copy's sizes."""
    body = _TEXTS.sub(lambda _: f"{texts}\n\n", _FRONT_MATTER.sub("", card))
    return render_front_matter(version, sizes) + body


def render_front_matter(version: str, sizes: Sizes) -> str:
    """Render the card's YAML: configs, features, and the true counts of every split."""
    import yaml

    info = {
        "language": ["ar"],
        "pretty_name": f"{NAME} {version}",
        "license": "other",
        "license_name": "annotations-cc-by-4.0-texts-see-card",
        "annotations_creators": ["expert-generated", "machine-generated"],
        "language_creators": ["found"],
        "multilinguality": ["monolingual"],
        "source_datasets": ["original"],
        "size_categories": [_size_category(sum(s.rows for s in sizes[SPANS].values()))],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition"],
        "configs": [
            {
                "config_name": config,
                "version": version,
                "data_files": [{"split": s, "path": f"{config}/{s}-*.parquet"} for s in splits],
                **({"default": True} if config == SPANS else {}),
            }
            for config, splits in sizes.items()
        ],
        "dataset_info": [
            {
                "config_name": config,
                "features": features_of(config)._to_yaml_list(),
                "splits": [
                    {"name": name, "num_bytes": size.num_bytes, "num_examples": size.rows}
                    for name, size in splits.items()
                ],
                "download_size": sum(size.file_size for size in splits.values()),
                "dataset_size": sum(size.num_bytes for size in splits.values()),
            }
            for config, splits in sizes.items()
        ],
    }
    return f"---\n{yaml.safe_dump(info, allow_unicode=True, sort_keys=False)}---\n"


def _size_category(documents: int) -> str:
    """Return the Hub's name for the size of the default config."""
    limits = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}
    return next((name for limit, name in limits.items() if documents < limit), "1M<n<10M")


def _dct_range(released: Sequence[Released]) -> str:
    days = [item.document.dct for item in released if item.document.dct]
    if not days:
        return "unknown"
    unknown = len(released) - len(days)
    return f"{min(days)} to {max(days)}" + (f" ({unknown} unknown)" if unknown else "")


def _configs(sizes: Sizes) -> str:
    rows = [
        (config, *(splits[s].rows if s in splits else "–" for s in SPLITS))
        for config, splits in sizes.items()
    ]
    return _table(("config", *SPLITS), rows)


def _left_out(sizes: Sizes) -> str:
    """Say which configs and splits have no row and are therefore not there."""
    missing = [f"the config `{config}`" for config in CONFIGS if config not in sizes]
    missing += [
        f"`{split}` of `{config}`"
        for config, splits in sizes.items()
        for split in SPLITS
        if split not in splits
    ]
    return f"Left out, because they would be empty: {', '.join(missing)}." if missing else ""


def _splits(released: Sequence[Released]) -> str:
    rows = []
    for split in SPLITS:
        records = [item.record for item in released if item.split == split]
        sums = [sum(len(getattr(record, layer)) for record in records) for layer in LAYERS]
        rows.append((split, len(records), *sums))
    return _table(("split", "documents", *LAYERS), rows)


def _crossings(crossings: Sequence[Sequence[str]]) -> str:
    if not crossings:
        return "No near-duplicates stand on different sides."
    listed = "; ".join(" ~ ".join(map(_plain, group)) for group in crossings)
    return f"**Near-duplicates on different sides, as released before they met:** {listed}."


def _machine_note(released: Sequence[Released]) -> str:
    machine = sum(item.layer_source == MACHINE for item in released)
    if machine == len(released):
        return "**All layers of this release are the machine's: no person has corrected them.**"
    return f"{len(released) - machine} of {len(released)} documents were corrected by people."


def _label_counts(released: Sequence[Released]) -> list[tuple[str, str, int]]:
    counts = count_labels(item.record for item in released)
    return [(layer, label, n) for layer, labels in counts.items() for label, n in labels.items()]


def _models(released: Sequence[Released]) -> str:
    names = {name for item in released for name in item.record.models.values()}
    return ", ".join(f"`{name}`" for name in sorted(names)) or "named in each machine record"


def _annotators(released: Sequence[Released]) -> str:
    own = Counter(record.agent for item in released for record in item.annotators)
    if not own:
        return f"No person's own layers are in this release, so there is no config `{ANNOTATORS}`."
    table = _table(("annotator", "documents"), sorted(own.items()))
    return f"Config `{ANNOTATORS}` holds each one's own layers, under a pseudonym.\n\n{table}"


def _agreement(released: Sequence[Released]) -> str:
    measured = measure_agreement(
        Coded(len(item.document.text), {own.agent: own for own in item.annotators})
        for item in released
    )
    twice = sum(len(item.annotators) > 1 for item in released)
    if not measured:
        return "No document was annotated by two people, so no agreement could be measured."
    names = [name for name in FIGURES if any(name in row.figures for row in measured.values())]
    rows = [
        (layer, *(render_figure(row.figures[n]) if n in row.figures else "" for n in names))
        for layer, row in measured.items()
    ]
    table = _table(("layer", *(FIGURES[name] for name in names)), rows)
    return (
        f"{twice} of {len(released)} documents were annotated by two people or more. Over all "
        f"labels, between every two annotators of a document, by `tawsim agree`:\n\n{table}"
    )


def _people(released: Sequence[Released]) -> str:
    names = [s.text for item in released for s in item.record.entities if s.label == "PER"]
    return f"{len(names)} spans, {len(set(names))} different spellings"


def _tally(head: str, values: Iterable[str]) -> str:
    counts = sorted(Counter(values).items())
    return _table((head, "documents"), [(_plain(value), count) for value, count in counts])


def _plain(value: str) -> str:
    """Return what a document says of itself as words that Markdown shows and does not obey."""
    return _OBEYED.sub(r"\\\g<0>", " ".join(_UNSEEN.sub(" ", value).split()))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
