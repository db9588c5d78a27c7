"""The grammar of durations: `أكثر من 6 أشهر`, `السنوات الماضية`, `عقدين من الزمن`."""

from __future__ import annotations

from pipeline.annotators.dates.lexemes import Lexeme, Lexemes
from pipeline.annotators.dates.meaning import Length
from pipeline.annotators.dates.months import is_mark, relation
from pipeline.annotators.dates.numbers import joined, read_cardinal
from pipeline.arabic.script import WORD

_CODES = {"S": ("T", "S"), "MI": ("T", "M"), "H": ("T", "H")}
_FRACTIONS = {2: "0.5", 4: "0.25"}
_HOLDS = {("Y", "M"): 12, ("W", "D"): 7, ("DE", "Y"): 10, ("CE", "Y"): 100}
_MOST_AMOUNTS = 6
_HOMONYMS = ("DE", "CE")
_X = "X"


def timex_duration(length: Length) -> str:
    """Return a duration's TIMEX3 value: `P1Y6M`, `PT1.5H`, `PXX` for a stretch of no unit."""
    if not length.amounts:
        return "PXX"
    calendar = [f"{count}{unit}" for unit, count in length.amounts if unit not in _CODES]
    clock = [f"{count}{_CODES[unit][1]}" for unit, count in length.amounts if unit in _CODES]
    return "P" + "".join(calendar) + ("T" + "".join(clock) if clock else "")


def in_one_unit(length: Length) -> tuple[str, int] | None:
    """Return an exact length in its finest unit (`سنة وستة أشهر`: 18 months), if it has one."""
    total, unit = 0.0, ""
    for code, count in length.amounts:
        if count == _X:
            return None
        if unit and (unit, code) not in _HOLDS:
            return None
        total = total * _HOLDS.get((unit, code), 1) + float(count)
        unit = code
    if total % 1 and unit == "Y":
        total, unit = total * _HOLDS["Y", "M"], "M"
    return (unit, int(total)) if unit and total % 1 == 0 else None


def number_text(value: float) -> str:
    """Return a count without a needless decimal part."""
    return f"{value:.10g}"


def read_length(lexemes: Lexemes, place: int) -> tuple[int, Length] | None:
    """Read a duration with its mod, its adjectives and `من الزمن`."""
    mod = lexemes[place].senses.get("approx")
    if mod is not None:
        found = read_length_without_mod(lexemes, place + 1, bare=True)
        return (found[0], Length(found[1].amounts, mod)) if found else None
    if "stretch" in lexemes[place].senses:
        return place + 1, Length(())
    return read_length_without_mod(lexemes, place, bare=_asks_for_length(lexemes, place))


def _asks_for_length(lexemes: Lexemes, place: int) -> bool:
    """Tell whether what stands before makes a bare unit a duration (`لمدة عام`, `لأشهر`)."""
    before = lexemes[place - 1] if place else None
    asked = before is not None and "before_span" in before.senses
    return asked or lexemes[place].clitic.endswith("ل")


def read_length_without_mod(
    lexemes: Lexemes, place: int, *, bare: bool
) -> tuple[int, Length] | None:
    """Read amounts joined by `و`; a unit without a count only where `bare` allows it."""
    found = _read_amount(lexemes, place, bare=bare)
    if found is None:
        return None
    after, amounts = found[0], [found[1]]
    while len(amounts) < _MOST_AMOUNTS:
        start = _next_amount(lexemes, after)
        more = _read_amount(lexemes, start, bare=start != after) if start is not None else None
        if more is None or any(more[1][0] == unit for unit, _ in amounts):
            break
        after, amounts = more[0], [*amounts, more[1]]
    after = _read_half(lexemes, after, amounts)
    after = _read_adjectives(lexemes, after)
    if lexemes[after].senses.get("approx") == "APPROX" and lexemes[after].key == "تقريبا":
        return after + 1, Length(tuple(amounts), "APPROX")
    return after, Length(tuple(amounts))


def _next_amount(lexemes: Lexemes, place: int) -> int | None:
    start = joined(lexemes, place)
    if start is not None:
        return start
    if is_mark(lexemes[place], "،,"):
        return place + 1
    return place if read_cardinal(lexemes, place) else None


def _read_half(lexemes: Lexemes, place: int, amounts: list[tuple[str, str]]) -> int:
    """Add `ونصف`, `وربع` to the last amount."""
    start = joined(lexemes, place)
    fraction = lexemes[start].senses.get("fraction") if start is not None else None
    unit, count = amounts[-1]
    if start is None or fraction not in _FRACTIONS or count == _X:
        return place
    following = lexemes[start + 1]
    if following.senses.get("unit"):
        return place
    amounts[-1] = unit, number_text(float(count) + float(_FRACTIONS[fraction]))
    return start + 1


def _read_adjectives(lexemes: Lexemes, place: int) -> int:
    after = place
    while "adj" in lexemes[after].senses or _is_relation(lexemes, after):
        after += 1
        if after - place > 3:
            break
    return after + ("tail" in lexemes[after].senses)


def _is_relation(lexemes: Lexemes, place: int) -> bool:
    lexeme = lexemes[place]
    past = lexeme.key in ("مضت", "خلت", "مضى", "خلا")
    return relation(lexeme, last=True) is not None or past


def _read_amount(lexemes: Lexemes, place: int, *, bare: bool) -> tuple[int, tuple[str, str]] | None:
    lexeme = lexemes[place]
    unit = lexeme.senses.get("unit")
    if unit is not None:
        return _read_unit_first(lexemes, place, bare=bare)
    fraction = _FRACTIONS.get(lexeme.senses.get("fraction", 0))
    following = lexemes[place + 1]
    if fraction and following.senses.get("unit", ("", 0))[1] == 1 and not following.article:
        return place + 2, (following.senses["unit"][0], fraction)
    if "few" in lexeme.senses or ("ordinal" in lexeme.senses and lexeme.senses["ordinal"] == -1):
        return _read_after_few(lexemes, place + 1, few="few" in lexeme.senses)
    return _read_counted(lexemes, place)


def _read_after_few(
    lexemes: Lexemes, place: int, *, few: bool
) -> tuple[int, tuple[str, str]] | None:
    """Read what `بضعة`, `عشرات` (a unit) or `آخر` (a count and a unit) stands before."""
    unit = lexemes[place].senses.get("unit")
    if few:
        return (place + 1, (unit[0], _X)) if unit and unit[1] == 0 else None
    return _read_counted(lexemes, place)


def _read_counted(lexemes: Lexemes, place: int) -> tuple[int, tuple[str, str]] | None:
    found = read_cardinal(lexemes, place)
    if found is None:
        return None
    after, count = found
    unit = lexemes[after].senses.get("unit")
    if unit is None or lexemes[after].clitic or not _may_count(lexemes, place, after):
        return None
    if unit[1] == 2 and _is_construct(lexemes[after]):
        return None  # `5-3 يومي الجمعة`
    return after + 1, (unit[0], number_text(count))


def _may_count(lexemes: Lexemes, place: int, after: int) -> bool:
    """Tell whether a number may count this unit (`خمس السنوات`, not `الدقيقة 89 يوم السبت`)."""
    unit, number = lexemes[after], lexemes[after - 1]
    if unit.senses["unit"] == ("D", 1) and "weekday" in lexemes[after + 1].senses:
        return False  # `الدقيقة 89 يوم السبت`
    if unit.senses["unit"][1] == 1 and unit.article and not number.article:
        return False  # `أحد الأسبوع الماضي` is a Sunday
    return not unit.article or number.kind == WORD or "rel" in lexemes[after + 1].senses


def _read_unit_first(
    lexemes: Lexemes, place: int, *, bare: bool
) -> tuple[int, tuple[str, str]] | None:
    lexeme, following = lexemes[place], lexemes[place + 1]
    code, size = lexeme.senses["unit"]
    if size == 0:
        return _read_plural(lexemes, place, code, bare=bare)
    count = following.senses.get("cardinal")
    said_again = count == size and not following.clitic and lexeme.article == following.article
    if said_again and lexemes[place + 2].senses.get("cardinal") != 10:
        return place + 2, (code, str(size))
    if size == 2:
        if lexeme.article and not _is_relation(lexemes, place + 1):
            return None
        return (place + 1, (code, "2")) if not _is_construct(lexeme) else None
    if lexeme.article:
        return (place + 1, (code, "1")) if bare and _is_whole(lexemes, place) else None
    full = following.key in ("كامل", "كامله", "كاملا")
    tail = "tail" in following.senses
    before = lexemes[place - 1] if place else lexeme
    loose = following.kind == WORD and not _is_link(following)
    if bare and lexeme.clitic.endswith("ل") and loose:
        bare = False  # `لعقد قمة`, `لعام استثنائي`
    if bare and "before_ago" in before.senses:
        if code in _HOMONYMS and loose:
            bare = False  # `بعد عقد اجتماع`: the noun is a contract or a holding
        if place > 1 and "before_again" in lexemes[place - 2].senses:
            bare = False  # `يوماً بعد يوم`
    more = joined(lexemes, place + 1)  # `سنة وستة أشهر`
    counted = more is not None and _read_counted(lexemes, more) is not None
    if (bare or full or tail or counted) and not _is_head(following):
        return place + 1, (code, "1")
    return None


def _is_link(following: Lexeme) -> bool:
    links = ("link_of", "link_on", "link_in", "link_to", "link_and", "rel", "adj", "tail")
    return any(role in following.senses for role in links)


def _is_construct(lexeme: Lexeme) -> bool:
    """Tell whether a dual stands before names (`يومي`, `عامي`, `شهري`), or is an adjective."""
    return lexeme.key.endswith("ي")


def _is_head(following: Lexeme) -> bool:
    """Tell whether what follows makes a unit the head of something else (`يوم الهجوم`)."""
    return (following.article and "rel" not in following.senses) or (
        following.kind != WORD and following.key.isdecimal()
    )


def _is_whole(lexemes: Lexemes, place: int) -> bool:
    return place > 0 and "before_whole" in lexemes[place - 1].senses


def _is_placed(lexemes: Lexemes, place: int) -> bool:
    return _is_relation(lexemes, place) or _past_ordinal(lexemes, place) > place


def _past_ordinal(lexemes: Lexemes, place: int) -> int:
    """Return the place after `الأولى` of `الأشهر الستة الأولى`."""
    return place + (lexemes[place].senses.get("ordinal") == 1 and lexemes[place].article)


def _read_plural(
    lexemes: Lexemes, place: int, code: str, *, bare: bool
) -> tuple[int, tuple[str, str]] | None:
    lexeme, following = lexemes[place], lexemes[place + 1]
    if lexeme.article:
        counted = read_cardinal(lexemes, place + 1)
        if counted and following.article and _is_placed(lexemes, counted[0]):
            return _past_ordinal(lexemes, counted[0]), (code, number_text(counted[1]))
        placed = _is_relation(lexemes, place + 1) or "adj" in following.senses
        clause = "link_which" in following.senses
        return (place + 1, (code, _X)) if placed or clause else None
    many = "adj" in following.senses or following.key in ("مضت", "خلت")
    if (bare or many) and not (following.article and "adj" not in following.senses):
        return place + 1, (code, _X)
    return None
