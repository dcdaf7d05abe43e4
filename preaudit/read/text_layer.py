"""Whether the text layer of a drawn page says what the page shows.

A text layer can be made to say anything: glyphs with another character behind them, white text,
text under a picture or under a white patch with other text on it. A person sees the page, so the
page counts. Only lines that may decide something (figures, dates, amounts, names) are looked at:
each is read from the pixels, and where that differs it is read again at another size and margin.
A contradiction is raised only when both readings agree with one another, are sure, and differ from
the text layer in more than what a recogniser mixes up; then the part that differs is read once more
by itself. Stamp ink is taken away first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import reduce

import cv2
import numpy as np

from preaudit.document import Cell, Line, Origin
from preaudit.geometry import Box
from preaudit.read.deciding import affordable, deciding_parts
from preaudit.read.view import PageView, Recognise
from preaudit.sheet import Pixels, Signal

_SURE = 0.93
_SURE_PART = 0.85
_BLANK = 24
"""Grey levels between paper and the darkest pixel below which nothing can be seen."""
_FIGURES = re.compile(r"\d")
_WORDS = re.compile(r"[零\u3007一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾佰仟万亿元]{3,}|年.*月.*日")
_NAMES = re.compile(r"公司|集团|[局厅部委院所处]$|支行|中心")
_DECISIVE_FIGURES = 4
_MARKER = 15
"""Hidden text of no more letters and fewer figures is taken for a marker that signing platforms
place: `（甲方签章）`."""
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("OoQD\u3007○零", "0"),
        **dict.fromkeys("IilL|｜丨", "1"),
        **dict.fromkeys("Zz", "2"),
        **dict.fromkeys("Ss", "5"),
        **dict.fromkeys("Bb", "8"),
        **dict.fromkeys("Gg", "6"),
        **dict.fromkeys("己巳", "已"),
        **dict.fromkeys("曰目", "日"),
        **dict.fromkeys("末", "未"),
        **dict.fromkeys("士", "土"),
        **dict.fromkeys("人入", "人"),
        **dict.fromkeys("千于", "干"),
        **dict.fromkeys("囗口□", "口"),
        **dict.fromkeys("×xX*", "x"),
        **dict.fromkeys("Vv√✓", "v"),
    }
)
_QUOTED = 60
"""Characters of a hidden text that are quoted."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A page's lines and cells as the page shows them, and where the text layer says other."""

    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contradiction:
    line: Line
    shown: str
    confidence: float


def reconcile(view: PageView, recognise: Recognise, glance: Recognise) -> Reconciled:
    """Return the page as it is seen; a scanned page comes back as it is.

    Args:
        view: The page.
        recognise: Reads crops.
        glance: Reads them in less time; what it reads otherwise is read again before it counts.
    """
    if view.scanned:
        return Reconciled(lines=view.lines, cells=view.cells, signals=())
    found = _contradictions(view, recognise, glance)
    shown = {each.line: _as_shown(each, view.lines) for each in found}
    return Reconciled(
        lines=tuple(_replaced(view.lines, shown)),
        cells=tuple(
            replace(cell, lines=tuple(_replaced(cell.lines, shown))) for cell in view.cells
        ),
        signals=(
            *(_signal(view, each) for each in found if _worth_saying(each)),
            *_invisible(view),
        ),
    )


def _invisible(view: PageView) -> tuple[Signal, ...]:
    """Point out what is written in a manner that leaves no ink, if no line says it.

    What a scanner's software puts under its pictures is not meant: it says what they show.
    """
    sheet = view.sheet
    hidden = [
        glyph
        for glyph in sheet.glyphs
        if not glyph.visible
        and not any(image.overlap(glyph.box) >= 0.5 * glyph.box.area for image in sheet.images)
    ]
    text = "".join(glyph.text for glyph in hidden)
    said = folded("".join(line.text for line in view.lines))
    if not _telling(text) or folded(text) in said:
        return ()
    box = reduce(Box.union, (glyph.box for glyph in hidden))
    return (_signal_at(view, box, text, shown="", confidence=1.0),)


def _contradictions(
    view: PageView, recognise: Recognise, glance: Recognise
) -> list[_Contradiction]:
    """Return the lines that the page shows otherwise."""
    lines = _deciding(view.lines)
    found = [
        _Contradiction(line=line, shown="", confidence=1.0)
        for line in view.lines
        if line not in lines
        and line.origin is Origin.EMBEDDED
        and len(folded(line.text)) > _MARKER
        and _unseen(_crop(view, line, margin=0.0))
    ]
    found += [
        _Contradiction(line=line, shown="", confidence=1.0)
        for line in lines
        if _unseen(_crop(view, line, margin=0.0))
    ]
    blank = {each.line for each in found}
    seen = [line for line in lines if line not in blank]
    first = _doubtful(view, seen, recognise, glance)
    again = _differing(view, list(first), recognise, 0.3)
    for line, text, confidence in again:
        before, sure = first[line]
        if folded(before) == folded(text) and min(sure, confidence) >= _SURE:
            contradiction = _Contradiction(line=line, shown=text, confidence=min(sure, confidence))
            if _confirmed(view, contradiction, recognise):
                found.append(contradiction)
    return found


def _doubtful(
    view: PageView, lines: Sequence[Line], recognise: Recognise, glance: Recognise
) -> dict[Line, tuple[str, float]]:
    """Return the lines that read otherwise, each as a whole, with what they read and how surely.

    At first only the parts that decide are read, for reading takes time by the width of a crop.
    """
    chosen = affordable(view, deciding_parts(lines))
    parts = [each.cut() for each in chosen]
    suspects = [line for line, *_ in _differing(view, parts, glance, 0.12)]
    other = {line: (text, sure) for line, text, sure in _differing(view, suspects, recognise, 0.12)}
    entire = {part: said for part, said in other.items() if part in lines}
    lines_of = (each.line for each, part in zip(chosen, parts, strict=True) if part in other)
    rest = [line for line in dict.fromkeys(lines_of) if line not in entire]
    whole = {line: (text, sure) for line, text, sure in _differing(view, rest, recognise, 0.12)}
    return {**entire, **whole}


def _deciding(lines: Iterable[Line]) -> list[Line]:
    """Return the embedded lines that may decide something, those with figures first."""
    own = [line for line in lines if line.origin is Origin.EMBEDDED and line.text.strip()]
    figures = [line for line in own if _FIGURES.search(line.text) or _WORDS.search(line.text)]
    names = [line for line in own if line not in figures and _NAMES.search(line.text)]
    return figures + names


def _differing(
    view: PageView, lines: Sequence[Line], recognise: Recognise, margin: float
) -> list[tuple[Line, str, float]]:
    """Return the lines that read otherwise in substance, with what they read."""
    crops = [_crop(view, line, margin=margin) for line in lines]
    read = recognise(crops) if crops else []
    return [
        (line, text, confidence)
        for line, (text, confidence) in zip(lines, read, strict=True)
        if text and substantive(line.text, text)
    ]


def _crop(view: PageView, line: Line, *, margin: float) -> Pixels:
    """Return a line's pixels without stamp ink; `margin` is a share of its height."""
    height, width = view.pixels.shape[:2]
    pad = margin * line.box.height * height
    top, bottom = line.box.top * height - pad, line.box.bottom * height + pad
    left, right = line.box.left * width - pad, line.box.right * width + pad
    part = view.pixels[
        max(0, round(top)) : max(round(top) + 2, round(bottom)),
        max(0, round(left)) : max(round(left) + 2, round(right)),
    ]
    print_only = np.repeat(part.max(axis=2)[:, :, None], 3, axis=2)
    # A second size makes the second reading an independent one.
    scale = 1.0 if margin < 0.2 else 1.5  # noqa: PLR2004 - the wider of the two margins
    if scale == 1.0 or part.size == 0:
        return np.ascontiguousarray(print_only)
    return np.asarray(
        cv2.resize(print_only, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8
    )


def _unseen(crop: Pixels) -> bool:
    """Whether nothing can be seen in a crop."""
    return crop.size > 0 and int(crop.max()) - int(crop.min()) < _BLANK


def folded(text: str) -> str:
    """Return a text with width, case, spaces and marks folded, and look-alikes made equal."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(each for each in plain if each.isalnum() or each in "\u3007○√✓×□")
    return kept.translate(_ALIKE).upper()


def substantive(said: str, shown: str) -> bool:
    """Whether two texts differ in figures or characters, not only in what is easily mixed up."""
    return bool(_differences(folded(said), folded(shown)))


def _differences(said: str, shown: str) -> list[tuple[int, int, str, str]]:
    """Return the parts that differ: start and end in `said`, and both texts.

    Texts of one length are compared place by place: of two unlike numbers the likeliest way from
    one to the other is not what was done.
    """
    if len(said) == len(shown):
        unlike = [at for at, pair in enumerate(zip(said, shown, strict=True)) if len({*pair}) > 1]
        starts = [at for at in unlike if at - 1 not in unlike]
        ends = [at + 1 for at in unlike if at + 1 not in unlike]
        return [(a, b, said[a:b], shown[a:b]) for a, b in zip(starts, ends, strict=True)]
    steps = SequenceMatcher(None, said, shown, autojunk=False).get_opcodes()
    return [(a, b, said[a:b], shown[c:d]) for kind, a, b, c, d in steps if kind != "equal"]


def _confirmed(view: PageView, found: _Contradiction, recognise: Recognise) -> bool:
    """Whether the differing parts, read by themselves, still say other than the text layer."""
    said = folded(found.line.text)
    parts = _differences(said, folded(found.shown))
    if any(not _replacing(old, new) for _, _, old, new in parts):
        # Missing or added letters are what a recogniser does; only a wholly other text counts.
        return SequenceMatcher(None, said, folded(found.shown)).ratio() < 0.5  # noqa: PLR2004 - half
    places = _places(found.line.text)
    for start, end, old, new in parts:
        crop = _part(view, found.line, places[start], places[end - 1] + 1)
        ((text, confidence),) = recognise([crop])
        if confidence < _SURE_PART or new not in folded(text) or old in folded(text):
            return False
    return True


def _replacing(old: str, new: str) -> bool:
    """Whether characters were exchanged for as many others of the same sort."""
    same_length = len(old) == len(new) > 0
    return same_length and all(
        (a.isdigit() and b.isdigit()) or (bool(_HAN.match(a)) and bool(_HAN.match(b)))
        for a, b in zip(old, new, strict=True)
    )


def _places(text: str) -> list[int]:
    """Return for each folded character where it stands in `text`."""
    return [index for index, each in enumerate(text) for _ in folded(each)]


def _part(view: PageView, line: Line, start: int, end: int) -> Pixels:
    """Return the pixels of some characters with one neighbour on each side."""
    part = line.part(max(0, start - 1), min(len(line.text), end + 1))
    return _crop(view, replace(line, box=part), margin=0.12)


def _as_shown(found: _Contradiction, lines: Sequence[Line]) -> Line | None:
    """Return the line as the page shows it; None when nothing shows or another line says it."""
    line = found.line
    if not found.shown or any(
        other is not line
        and other.box.overlap(line.box) > 0.5 * line.box.area
        and not substantive(other.text, found.shown)
        for other in lines
    ):
        return None
    count = len(found.shown)
    return replace(
        line,
        text=found.shown,
        confidence=found.confidence,
        origin=Origin.OCR,
        sureness=(),
        edges=line.edges
        if count == len(line.text)
        else tuple(line.box.left + line.box.width * index / count for index in range(count + 1)),
    )


def _replaced(lines: Iterable[Line], shown: dict[Line, Line | None]) -> Iterable[Line]:
    """Yield lines as they are seen, without those that are not."""
    for line in lines:
        seen = shown.get(line, line)
        if seen is not None:
            yield seen


def _worth_saying(found: _Contradiction) -> bool:
    """Whether a person should look; short invisible markers are common and harmless."""
    return bool(found.shown) or _telling(found.line.text)


def _telling(text: str) -> bool:
    """Whether a text that nobody can see is more than a marker."""
    return len(_FIGURES.findall(text)) >= _DECISIVE_FIGURES or len(folded(text)) > _MARKER


def _signal(view: PageView, found: _Contradiction) -> Signal:
    box = view.to_file.box(found.line.box)
    return _signal_at(view, box, found.line.text, shown=found.shown, confidence=found.confidence)


def _signal_at(view: PageView, box: Box, text: str, *, shown: str, confidence: float) -> Signal:
    seen = f"“{shown}”" if shown else "空白"
    said = text if len(text) <= _QUOTED else f"{text[:_QUOTED]}……"
    return Signal(
        name="text_layer",
        sha256=view.sheet.source.sha256,
        page=view.page,
        box=box,
        note=f"文本层为“{said}”，页面显示为{seen}",
        confidence=confidence,
    )
