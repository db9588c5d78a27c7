"""`tawsim train ner`: a recipe, its corpora and an encoder in, a packed model folder out."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.annotators.ner.calibration import (
    cross_validated_error,
    expected_calibration_error,
    fit_calibration,
)
from pipeline.annotators.ner.conventions import to_guidelines
from pipeline.annotators.ner.recipe import STANDOFF, Corpus, Recipe, parse_recipe
from pipeline.annotators.ner.standoff import parse_standoff
from pipeline.annotators.ner.tagger import TransformersTagger, predict_tags
from pipeline.annotators.ner.train import EpochReport, fine_tune
from pipeline.conll import UNKNOWN_TAG, TaggedSentence, read_conll, spans_of_tags
from pipeline.errors import RequestError, placed
from pipeline.files import write_atomically
from pipeline.freshness import input_digest, stage_key
from pipeline.locks import alone_in
from pipeline.scheme import ENTITIES, load_scheme
from pipeline.scoring import OVERALL, compare
from pipeline.weights import (
    TokenClassifier,
    load_token_classifier,
    quiet_transformers,
    save_packed,
)

# What published Arabic figures often keep to: conventions of MISC differ too much.
NAMES = ("PER", "LOC", "ORG")
_PHASE = "phase.json"


def train_ner(
    recipe_file: Path,
    data: Path,
    encoder: str,
    output: Path,
    report: Callable[[int, EpochReport], None],
) -> dict[str, Any]:
    """Fine-tune `encoder` as the recipe says, on its corpora found beside it or in `data`.

    Each phase ends in the form that ships, int8, and the next begins with it, so that a released
    model and one trained further from it are the same. Writes the packed folder with
    `training.json` in it and returns what that holds. Refuses to overwrite a folder. A run
    that was interrupted goes on after its last whole phase.
    """
    if output.exists():
        raise _is_there(output)
    recipe = read_recipe(recipe_file)
    places = (recipe_file.parent, data)
    corpora = {name: read_corpus(corpus, places) for name, corpus in recipe.corpora.items()}
    dev = [sentence for name in recipe.dev for sentence in corpora[name]]
    if any(UNKNOWN_TAG in sentence.tags for sentence in dev):
        cure = "Choose others, or repair their tags."
        raise RequestError(f"{recipe_file}, dev", "words of unknown labels cannot be scored", cure)
    seed = recipe.phases[0].options.seed
    names = sorted(load_scheme().ids(ENTITIES))
    tags = ["O", *(f"{prefix}-{name}" for name in names for prefix in "BI")]
    classifier = start_from(encoder, tags, seed, recipe.version)
    partial = output.with_name(f".{output.name}.partial")
    with placed(output), alone_in(partial):
        if output.exists():
            raise _is_there(output)
        phases, folders = [], []
        key = stage_key(input_digest(Path(encoder)), encoder, repr(recipe.dev))
        for number, phase in enumerate(recipe.phases, 1):
            folder = partial / f"phase-{number}"
            key = stage_key(
                key, repr(phase), *(repr(recipe.corpora[name]) for name in phase.corpora)
            )
            train = [sentence for name in phase.corpora for sentence in corpora[name]]
            if (done := _read_phase(folder)).get("key") != key:
                figures: list[float] = []
                for line in fine_tune(classifier, train, dev, phase.options):
                    figures.append(round(line.dev_f1, 4))
                    report(number, line)
                done = {"key": key, "dev_f1_by_epoch": figures}
                save_packed(classifier.model, classifier.tokenizer, folder)
                write_atomically(folder / _PHASE, [json.dumps(done)])
            classifier = load_token_classifier(str(folder))
            folders.append(folder)
            phases.append(
                {
                    "corpora": {name: len(corpora[name]) for name in phase.corpora},
                    "options": asdict(phase.options),
                    "dev_f1_by_epoch": done["dev_f1_by_epoch"],
                }
            )
        made = partial / "made"
        chosen = average(folders, recipe.average) if recipe.average else classifier
        save_packed(chosen.model, chosen.tokenizer, made)
        classifier = load_token_classifier(str(made))
        scores, right = judge(classifier, dev)
        classifier.model.config.tawsim_calibration = asdict(fit_calibration(scores, right))
        classifier.model.config.save_pretrained(made)
        record = {
            "version": recipe.version,
            "encoder": Path(encoder).name,
            "phases": phases,
            "average": list(recipe.average),
            "dev": {name: measure(classifier, corpora[name]) for name in recipe.dev},
            "calibration": {
                "spans": len(scores),
                "before": round(expected_calibration_error(scores, right), 4),
                "cross_validated": round(cross_validated_error(scores, right), 4),
            },
        }
        write_atomically(made / "training.json", [json.dumps(record, indent=2) + "\n"])
        made.rename(output)
        shutil.rmtree(partial)
    return record


def _is_there(output: Path) -> RequestError:
    return RequestError(str(output), "it exists already", "Name a new folder.")


def average(folders: Sequence[Path], shares: Sequence[float]) -> TokenClassifier:
    """Return the last folder's model with the weighted mean of all the folders' weights."""
    import torch

    models = [load_token_classifier(str(folder)) for folder in folders]
    states = [classifier.model.state_dict() for classifier in models]
    mean = {
        name: torch.stack(
            [share * state[name] for share, state in zip(shares, states, strict=True)]
        ).sum(0)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in states[-1].items()
    }
    models[-1].model.load_state_dict(mean)
    return models[-1]


def _read_phase(folder: Path) -> dict[str, Any]:
    """Return what a finished phase left, if an earlier run was interrupted after it."""
    path = folder / _PHASE
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file; RequestError when it is not there or not UTF-8."""
    return parse_recipe(_read_text(path, "Name a recipe, a TOML file."), str(path))


def read_corpus(corpus: Corpus, places: Sequence[Path]) -> list[TaggedSentence]:
    """Read one named input, brought to the guidelines' convention where the recipe says so.

    Raises RequestError for a file that is not there, is not UTF-8, or is not the one the recipe
    was made with.
    """
    files = _files(corpus.path, corpus.name, places)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    if digest != corpus.sha256:
        cause = f"its sha256 is {digest}, the recipe's corpus {corpus.name!r} has another"
        raise RequestError(corpus.path, cause, "Use the file named there, or change the recipe.")
    sentences: list[TaggedSentence] = []
    for path in files:
        if corpus.format == STANDOFF:
            (text,) = _files(corpus.text, corpus.name, places)
            cases, lines = (_read_text(file, "Name a UTF-8 file.") for file in (path, text))
            sentences += parse_standoff(cases, lines, str(path))
        else:
            sentences += read_conll(path, load_scheme().aliases(ENTITIES), corpus.habits)
    used = sentences[slice(*corpus.sentences)]
    return [to_guidelines(sentence) for sentence in used] if corpus.relabel else used


def _read_text(path: Path, cure: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(str(path), str(error), cure) from error


def _files(path: str, corpus: str, places: Iterable[Path]) -> list[Path]:
    """Return the file, or the `.txt` of the folder in name order, that `path` names."""
    for place in places:
        found = place / path
        if found.is_dir():
            return sorted(found.glob("*.txt"))
        if found.is_file():
            return [found]
    cause = f"corpus {corpus!r} of the recipe is not there"
    raise RequestError(path, cause, "Give the folder that holds it: --data FOLDER.")


def start_from(encoder: str, tags: Sequence[str], seed: int, version: str) -> TokenClassifier:
    """Load an encoder with a fresh classification head for the tags, in their order."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    quiet_transformers()
    torch.manual_seed(seed)
    try:
        tokenizer = AutoTokenizer.from_pretrained(encoder)
        model = AutoModelForTokenClassification.from_pretrained(
            encoder,
            num_labels=len(tags),
            id2label=dict(enumerate(tags)),
            label2id={tag: number for number, tag in enumerate(tags)},
            ignore_mismatched_sizes=True,  # a head of other tags is replaced
            use_safetensors=True,
            dtype=torch.float32,
        )
    except (OSError, ValueError) as error:
        cause = f"no encoder found there ({str(error).splitlines()[0]})"
        cure = "Give a Transformers folder, or a Hub id with a network to fetch it."
        raise RequestError(f"encoder {encoder!r}", cause, cure) from error
    model.config.tawsim_version = version
    return TokenClassifier(model, tokenizer, encoder, version)


def measure(classifier: TokenClassifier, dev: Sequence[TaggedSentence]) -> dict[str, Any]:
    """Return exact figures of a model on dev sentences: per label, over all, and over `NAMES`."""
    predicted = [spans_of_tags(tags) for tags in predict_tags(classifier, dev)]
    gold = [spans_of_tags(sentence.tags) for sentence in dev]
    figures = compare(gold, predicted).exact
    names = compare(
        *([[s for s in spans if s[0] in NAMES] for spans in side] for side in (gold, predicted))
    )
    figures = {**figures, "+".join(NAMES): names.exact[OVERALL]}
    return {
        label: {
            "precision": round(score.precision, 4),
            "recall": round(score.recall, 4),
            "f1": round(score.f1, 4),
            "support": score.gold,
        }
        for label, score in figures.items()
    }


def judge(
    classifier: TokenClassifier, dev: Sequence[TaggedSentence]
) -> tuple[list[float], list[bool]]:
    """Return the uncalibrated score of every span predicted on dev, and whether gold has it."""
    scores, right = [], []
    tagged = TransformersTagger(classifier).tag([sentence.words for sentence in dev])
    for sentence, words in zip(dev, tagged, strict=True):
        gold = set(spans_of_tags(sentence.tags))
        for span in spans_of_tags([word.tag for word in words]):
            scores.append(min(word.probability for word in words[span[1] : span[2]]))
            right.append(span in gold)
    return scores, right
