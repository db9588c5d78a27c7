"""Good input made bad by a seeded chance: in its bytes, its JSON values, its lines."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

from tests.strategies import BIDI

_HUGE = 10**400
NASTY_TEXTS = [
    "../../etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
    "a/b",
    ".hidden",
    "con\0trol",
    "CON",
    "a" * 300,
    '=HYPERLINK("http://x","y")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</script><!--",
    "![x](http://x/y.png) | `a` | [b](javascript:alert(1))",
    "# عنوان\n\n---\nlicense: mit\n---",
    "{{ 7 * 7 }}${x}%s",
    "\x1b]0;title\x07\x1b[2J",
    "\u2028\u2029\x85\x0b\x0c",
    "".join(BIDI),
    "\u202eمقلوب\u202c",
    "\ud800",
    "\udfff\ud800",
    "e" + "\u0301" * 2000,
    "ﷺ" * 500,
    "👨‍👩‍👧‍👦" * 200,
    "٣" * 5000,
    "1" * 5000,
    "2024-02-30",
    "0000-00-00",
    "9999-12-31",
    "2024-09-28T10:00:00+99:99",
    "XXXX-WXX-5",
    "P" + "9" * 400 + "Y",
    "",
    " ",
]
NASTY_VALUES = [
    *NASTY_TEXTS,
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    -(2**200),
    _HUGE,
    1e300,
    float("inf"),
    float("nan"),
    [],
    {},
    [[]],
    {"": {}},
    [None] * 50,
]
_BYTES = [
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
]
_BYTES += [
    b"[" * 2000,
    b'{"a":' * 990,
    b"[" * 940 + b"]" * 940,
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b'"',
]
_BYTES += [b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"a." * 3000, b"'''", b"[[a]]", b"\\ud800"]
_BYTES += [text.encode("utf-8", "surrogatepass") for text in NASTY_TEXTS]
# Stands for a list in a list in a list …, which Python's own writer of JSON cannot write.
_DEEP = "deep {}"
_FOUND_DEEP = re.compile(rb'"deep (\d+)"')


def mutate_bytes(chance: random.Random, content: bytes) -> bytes:
    """Change one to four places: a bit, a cut, a stretch left out or said again, an odd piece."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        until = min(len(changed), place + chance.choice([1, 2, 8, 100]))
        match chance.randrange(6):
            case 0 if changed:
                changed[place % len(changed)] ^= 1 << chance.randrange(8)
            case 1:
                del changed[place:]
            case 2:
                del changed[place:until]
            case 3:
                changed[place:place] = changed[place:until] * chance.choice([1, 10, 10_000])
            case 4:
                changed[place:until] = chance.randbytes(until - place)
            case _:
                changed[place:place] = chance.choice(_BYTES)
    return bytes(changed)


def mutate_json(chance: random.Random, value: Any) -> Any:
    """Change one to three values or keys, anywhere in it."""
    changed = [copy.deepcopy(value)]
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(_places(changed)))
        match chance.randrange(5):
            case 0 if holder is not changed:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[chance.choice(NASTY_TEXTS)] = holder.pop(key)
            case 2:
                holder[key] = _DEEP.format(chance.choice([100, *range(700, 1000), 100_000]))
            case 3:
                others = [other[name] for other, name in _places(changed)]
                holder[key] = copy.deepcopy(chance.choice(others))
            case _:
                holder[key] = chance.choice(NASTY_VALUES)
    return changed[0]


def render(chance: random.Random, value: Any) -> bytes:
    """Render JSON, escaped or not; half a surrogate pair becomes bytes that are no UTF-8."""
    written = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return _FOUND_DEEP.sub(_nested, written.encode("utf-8", "surrogatepass"))


def _places(value: Any) -> Any:
    """Yield what can be changed, each as what holds it and its key or number."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list) and len(waiting) < 200:
                waiting.append(holder[key])


def _nested(found: re.Match[bytes]) -> bytes:
    depth = int(found[1])
    return b"[" * depth + b"]" * depth
