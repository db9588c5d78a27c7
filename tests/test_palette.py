"""The labels' colours: contrast as WCAG counts it, and layers apart for colour-blind eyes too.

Simulation: Machado, Oliveira and Fernandes 2009, complete loss. Distances in OKLab (Ottosson
2020), where 0.02 is about what an eye can just tell.
"""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest

from pipeline.scheme import LAYERS, STANCE, load_scheme

_EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue cones": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_BETWEEN_LAYERS, _WITHIN_A_LAYER = 0.12, 0.07


def channels(colour):
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def linear(colour):
    values = [channel / 255 for channel in channels(colour)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def seen(colour, eye):
    light = [min(1.0, max(0.0, value)) for value in times(_EYES[eye], linear(colour))]
    return times(_LAB, [value ** (1 / 3) for value in times(_LMS, light)])


def contrast(one, other):
    light = sorted(times(((0.2126, 0.7152, 0.0722),), linear(c))[0] for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def labels():
    scheme = load_scheme()
    rows = [(layer, label) for layer in LAYERS for label in scheme.labels[layer]]
    return [*rows, (STANCE, scheme.holder)]


@pytest.mark.parametrize("label", [label for _, label in labels()], ids=lambda label: label.id)
def test_marks_stand_out_on_white_and_names_on_their_mark(label):
    assert contrast(label.colour, "#FFFFFF") >= 3, "WCAG 1.4.11, graphics"
    red, green, blue = channels(label.colour)
    # Doccano writes on a label's chip in black or white by this sum.
    written = "#000000" if (299 * red + 587 * green + 114 * blue) / 1000 >= 128 else "#FFFFFF"
    assert contrast(label.colour, written) >= 4.5, "WCAG 1.4.3, text"


def test_the_holder_relation_stands_out():
    assert contrast(load_scheme().relation_colour, "#FFFFFF") >= 4.5


@pytest.mark.parametrize("eye", _EYES)
def test_layers_are_told_apart_by_every_eye(eye):
    for (layer, one), (other_layer, other) in combinations(labels(), 2):
        distance = math.dist(seen(one.colour, eye), seen(other.colour, eye))
        least = _WITHIN_A_LAYER if layer == other_layer else _BETWEEN_LAYERS
        assert distance >= least, f"{one.id} and {other.id}: {distance:.3f}"


def test_each_label_has_a_key_of_its_own():
    keys = [label.key for _, label in labels()]
    assert len(set(keys)) == len(keys)
    assert all(key in "0123456789abcdefghijklmnopqrstuvwxyz" for key in keys)


def themes(root):
    """Our colours in page.css, by theme and name, as #RRGGBB."""
    css = (root / "pipeline/doccano/server/static/page.css").read_text(encoding="utf-8")
    blocks = re.findall(r"^\.v-application(|\.theme--dark) \{([^}]*--tawsim[^}]*)\}", css, re.M)
    rows = {name: dict(re.findall(r"--tawsim-(\w+): (#\w+)", block)) for name, block in blocks}
    return {
        "dark" if name else "light": {
            key: "#" + "".join(c * 2 for c in value[1:]) if len(value) == 4 else value
            for key, value in colours.items()
        }
        for name, colours in rows.items()
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_our_panel_is_readable_in_both_themes(root, theme):
    colours = themes(root)[theme]
    assert colours.keys() == themes(root)["light"].keys()
    for text in ("ink", "note", "wrong"):
        assert contrast(colours[text], colours["ground"]) >= 4.5, f"WCAG 1.4.3: {text}"
    for edge in ("edge", "focus", "wrong"):
        for ground in ("ground", "column"):
            assert contrast(colours[edge], colours[ground]) >= 3, f"WCAG 1.4.11: {edge}, {ground}"


def test_the_panel_takes_its_colours_from_the_theme_and_the_text_stays_on_white(root):
    css = (root / "pipeline/doccano/server/static/page.css").read_text(encoding="utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    ours = [body for names, body in rules if "tawsim" in names]
    assert ours, "the panel's rules"
    assert not [body for body in ours if re.search(r"#[0-9a-f]{3,6}\b", body)]
    # The marks' colours are measured above on white: in the dark theme they lie on white too.
    (paper,) = [body for names, body in rules if ".annotation-text.pa-4" in names]
    assert "background: #fff;" in paper
    assert re.search(r"^ *color: #000;", paper, re.M), "Doccano's names are drawn in this colour"
