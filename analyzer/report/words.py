"""How a number is written with its doubt: durations from [least, most], moments in UTC, counts, sizes.

A duration is `value ± doubt`, rounded so that what is written always covers the span; where the doubt is large beside
the value it is `between … and …`, or `at most …`. All arithmetic is on integers of ns.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from functools import lru_cache

from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND, Instant, Span

MINUTE = 60 * SECOND
# A bound of 2**62 ns (146 years, or the year 2116) or more is no bound: it was not over when the evidence ended.
OPEN = 2**62
# The clock of what has no time.
NO_CLOCK = "none"
_UNITS = ((SECOND, "s"), (MILLISECOND, "ms"), (MICROSECOND, "µs"), (1, "ns"))


def duration(span: Span) -> str:
    """`23.3 s ± 0.5 s`, `between 3.1 s and 33.1 s`, `at most 34 s` or `at least 3 s`; covers the whole span."""
    if span.most >= OPEN:
        return f"at least {amount(span.least // MILLISECOND * MILLISECOND, MILLISECOND)}"
    half = -(-span.width // 2)
    middle = (span.least + span.most) // 2
    if 4 * half > abs(middle) and half > MILLISECOND:
        return _between(span)
    step = max(_power_of_ten(half), min(MILLISECOND, max(MICROSECOND, _power_of_ten(abs(middle) // 1000))))
    value = _nearest(middle, step)
    doubt = _up(max(span.most - value, value - span.least), step)
    if doubt > value >= 0 and span.least >= 0:  # as rounded, it would reach below nothing
        return _between(span)
    written = amount(value, step)
    return f"{written} ± {_doubt(doubt, value, step)}" if doubt else written


def _doubt(doubt: int, value: int, step: int) -> str:
    """The doubt, in the unit of the value where it is a tenth of that unit or more."""
    unit, name = next(((unit, name) for unit, name in _UNITS if abs(value) >= unit), (SECOND, "s"))
    return f"{_decimal(doubt, unit, step)} {name}" if 10 * doubt >= unit > doubt else amount(doubt, step)


def since(span: Span) -> str:
    """A duration with its sign written: `+23.3 s ± 0.5 s`."""
    text = duration(span)
    return f"+{text}" if span.least > 0 and text[0].isdigit() else text


def amount(ns: int, step: int = 1) -> str:
    """A duration that is a multiple of `step` ns, with as many decimals as `step` needs: `23.30 s`, `12 min 5 s`."""
    if ns == 0:
        return "0 s"
    sign, rest = ("−" if ns < 0 else ""), abs(ns)
    if rest >= 2 * MINUTE:
        return f"{sign}{rest // MINUTE} min {_decimal(rest % MINUTE, SECOND, step)} s"
    unit, name = next(((unit, name) for unit, name in _UNITS if rest >= unit), (SECOND, "s"))
    if step > MILLISECOND and rest < SECOND:
        unit, name = SECOND, "s"
    return f"{sign}{_decimal(rest, unit, step)} {name}"


def exact(ns: int) -> str:
    """A duration that somebody stated, to the ms, without doubt and without needless decimals: `23 s`, `1.7 s`."""
    ns = _nearest(ns, MILLISECOND)
    step = next(step for step in (SECOND, 100 * MILLISECOND, MILLISECOND) if ns % step == 0)
    return amount(ns, step)


def graduation(ns: int) -> str:
    """A round duration beside a scale, to the ns where it must be: `23 s`, `250 µs`, `2 ns`."""
    return exact(ns) if ns % MILLISECOND == 0 else amount(ns, MICROSECOND if ns % MICROSECOND == 0 else 1)


def moment(at: Instant, *, date: bool = True) -> str:
    """A moment in UTC to the millisecond with its doubt: `2026-11-22 07:04:46.500 ± 0.5 s`; a dash for no time."""
    if at.clock == NO_CLOCK:
        return "–"
    if at.most >= OPEN:
        return f"after {_stamp(at.least, date=date)}"
    half = -(-at.doubt // 2)
    if half > 5 * SECOND:
        return f"between {_stamp(at.least, date=date)} and {_stamp(_up(at.most, MILLISECOND), date=date)}"
    step = max(MILLISECOND, _power_of_ten(half))
    value = _nearest(at.middle, MILLISECOND)
    doubt = _up(max(at.most - value, value - at.least, 1), step)
    return f"{_stamp(value, date=date)} ± {amount(doubt, step)}"


def stamp(ns: int) -> str:
    """A moment in UTC, cut to the ms: `2026-11-22 07:04:46.500`."""
    return _stamp(ns, date=True)


def day(ns: int) -> str:
    """The date in UTC: `2026-11-22`."""
    return _stamp(ns, date=True)[:10]


def count(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 frame`, `12 frames`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """Bytes: `532 B`, `1.4 MB (1,398,101 B)`."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if number >= unit:
            tenths = (number * 10 + unit // 2) // unit
            return f"{tenths // 10}.{tenths % 10} {name} ({number:,} B)"
    return f"{number:,} B"


def per_second(per_1000s: int, unit: str = "") -> str:
    """A rate that is kept per 1000 s: `12.3/s`, `48.3 kB/s`."""
    scale, prefix = next(((s, p) for s, p in ((10**9, "M"), (10**6, "k")) if unit and per_1000s >= s), (1000, ""))
    tenths = (per_1000s * 10 + scale // 2) // scale
    return f"{tenths // 10:,}.{tenths % 10} {prefix}{unit}/s" if unit else f"{tenths // 10:,}.{tenths % 10}/s"


def visible(text: str) -> str:
    r"""`text` with control, format (bidirectional), line-ending and undecodable ones written out: `\x07`, `\u202e`."""
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """`text` as :func:`visible` shows it, with a blank for each break and run of blanks: for a row or a line."""
    return " ".join(visible(text).split())


def shortened(text: str, most: int) -> str:
    """`text` with at most `most` of its characters, and how many more run.json has."""
    return text if len(text) <= most else f"{text[:most]}{more_characters(len(text) - most)}"


def more_characters(left_out: int) -> str:
    """What stands where a text was cut."""
    return f"… {left_out:,} more characters: see run.json"


@lru_cache(maxsize=1024)
def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return character
    return (
        character.encode("ascii", "backslashreplace").decode("ascii")
        if not character.isascii()
        else f"\\x{ord(character):02x}"
    )


def _between(span: Span) -> str:
    step = max(MILLISECOND if span.width > 20 * MILLISECOND else MICROSECOND, _power_of_ten(span.width // 10))
    step = min(step, SECOND)
    most = amount(_up(span.most, step), step)
    return f"between {amount(span.least // step * step, step)} and {most}" if span.least else f"at most {most}"


def _stamp(ns: int, *, date: bool) -> str:
    try:
        whole = datetime.fromtimestamp(ns // SECOND, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return "an unknown time"
    return f"{whole:{'%Y-%m-%d %H:%M:%S' if date else '%H:%M:%S'}}.{ns % SECOND // MILLISECOND:03d}"


def _decimal(ns: int, unit: int, step: int) -> str:
    places = next(n for n in range(10) if step * 10**n >= unit)
    whole, rest = divmod(ns, unit)
    return f"{whole}.{rest * 10**places // unit:0{places}d}" if places else str(whole)


def _power_of_ten(ns: int) -> int:
    """The largest power of ten up to `ns`, at most 1 s, at least 1."""
    return min(SECOND, 10 ** (len(str(ns)) - 1)) if ns > 0 else 1


def _nearest(ns: int, step: int) -> int:
    return (ns + step // 2) // step * step


def _up(ns: int, step: int) -> int:
    return -(-ns // step) * step
