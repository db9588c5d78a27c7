"""The software and models that made a release or an archive: a bill of materials in CycloneDX.

It has no serial number and no time, so that the same installation gives the same bytes.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.dataset.ledger import Edition
from pipeline.files import write_atomically

SOFTWARE = "software.cdx.json"
_PACKAGE = "tawsim"
_LONGEST_NAME = 100  # of a licence; some packages give its whole text


def write_software(folder: Path, edition: Edition) -> None:
    """Write the versions of Python, of this package and all it needs, and of the models."""
    records = [
        *edition.chosen.values(),
        *(record for own in edition.annotators.values() for record in own.values()),
    ]
    models = sorted({name for record in records for name in record.models.values()})
    packages = _installed(_PACKAGE)
    python = {
        "type": "platform",
        "bom-ref": "python",
        "name": platform.python_implementation(),
        "version": platform.python_version(),
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(packages.pop(_PACKAGE), "application")},
        "components": [
            python,
            *(_component(installed, "library") for _, installed in sorted(packages.items())),
            *map(_model, models),
        ],
    }
    write_atomically(folder / SOFTWARE, [json.dumps(bill, indent=2, ensure_ascii=False) + "\n"])


def _component(installed: Distribution, kind: str) -> dict[str, Any]:
    name, version = _canonical(installed.name), installed.version
    address = f"pkg:pypi/{name}@{quote(version)}"
    licences = [{"license": {"name": licence}} for licence in _licences(installed)]
    return {
        "type": kind,
        "bom-ref": address,
        "name": name,
        "version": version,
        **({"licenses": licences} if licences else {}),
        "purl": address,
    }


def _model(name: str) -> dict[str, Any]:
    own, _, version = name.partition("@")
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{name}",
        "name": own,
        **({"version": version} if version else {}),
    }


def _licences(installed: Distribution) -> Iterator[str]:
    """Yield what a package names as its licence: an SPDX expression, a name, or classifiers."""
    metadata = installed.metadata
    for key in ("License-Expression", "License"):
        for stated in metadata.get_all(key) or []:
            if len(stated) <= _LONGEST_NAME:
                yield " ".join(stated.split())
                return
    for line in metadata.get_all("Classifier") or []:
        if line.startswith("License ::"):
            yield line.rpartition(" :: ")[2]


def _installed(name: str) -> dict[str, Distribution]:
    """Return a package and all it needs, as they are installed, by their names."""
    from packaging.requirements import Requirement

    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        package = _canonical(waiting.pop())
        if package in found:
            continue
        try:
            installed = distribution(package)
        except PackageNotFoundError:
            continue
        found[package] = installed
        needs = [Requirement(line) for line in installed.requires or []]
        waiting += [n.name for n in needs if not n.marker or n.marker.evaluate({"extra": ""})]
    return found


def _canonical(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)
