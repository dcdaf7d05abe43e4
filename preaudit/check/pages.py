"""Whether printed page numbers show that a page is missing, and what a file's name claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from preaudit.case import Material, PageLabel
from preaudit.check.folding import fold
from rules_kg.vocabulary import Kind


def gap_in_pages(material: Material) -> tuple[bool | None, tuple[PageLabel, ...]]:
    """Return whether a page is missing, and the labels that say so.

    A gap is certain where two neighbouring labels leave out more numbers than there are pages
    without a label between them, or the first or last label leaves out more than lie before or
    after it. Numbers that do not ascend begin a new count, as in a paper made of parts. When as
    many pages are there as the labels count, a number was misread and it is not certain (None).
    """
    place = {page: index for index, page in enumerate(material.segment.pages)}
    labels = sorted(
        (label for label in material.page_labels if label.page in place and _sane(label)),
        key=lambda label: label.page,
    )
    showing = [
        label for run in _runs(labels) for label in _gaps(run, place, whole=len(run) == len(labels))
    ]
    if not showing:
        return False, tuple(labels)
    total = max((label.total for label in labels if label.total), default=None)
    if total is not None and len(material.segment.pages) >= total:
        return None, tuple(showing)
    return True, tuple(showing)


def _sane(label: PageLabel) -> bool:
    return label.number >= 1 and (label.total is None or label.number <= label.total)


def _runs(labels: Sequence[PageLabel]) -> list[list[PageLabel]]:
    runs: list[list[PageLabel]] = []
    for label in labels:
        if runs and runs[-1][-1].number < label.number:
            runs[-1].append(label)
        else:
            runs.append([label])
    return runs


def _gaps(
    run: Sequence[PageLabel], place: Mapping[int, int], *, whole: bool
) -> Iterable[PageLabel]:
    """Yield labels beside which a page is missing; the ends count only in a lone run."""
    for earlier, later in pairwise(run):
        if later.number - earlier.number > place[later.page] - place[earlier.page]:
            yield earlier
            yield later
    if not whole:
        return
    first, last = run[0], run[-1]
    if first.number - 1 > place[first.page]:
        yield first
    after = len(place) - 1 - place[last.page]
    if last.total is not None and last.total - last.number > after:
        yield last


def claimed_kinds(materials: Sequence[Material], kinds: Mapping[str, Kind]) -> Mapping[str, str]:
    """Return, for each file whose name names one kind that no paper in it is of, that kind.

    Args:
        materials: All papers of the case.
        kinds: The vocabulary's kinds.

    Returns:
        SHA-256 of the file to the kind that its name claims. A file of which a paper's kind is not
        settled is left out: what it holds is for a person to say.
    """
    files: dict[str, list[Material]] = {}
    for material in materials:
        files.setdefault(material.source.sha256, []).append(material)
    found: dict[str, str] = {}
    for sha256, papers in files.items():
        if not all(paper.segment.settled for paper in papers):
            continue
        named = _named(papers[0].source.name, kinds)
        if len(named) == 1 and named.isdisjoint(paper.kind for paper in papers):
            found[sha256] = next(iter(named))
    return found


def _named(file: str, kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Return the kinds that a file's name names; a longer label hides one that it contains."""
    name = fold(file.rsplit("/", 1)[-1])
    found: set[str] = set()
    for label, kind in _all_labels(tuple((one.id, one.title.zh) for one in kinds.values())):
        if label in name:
            found.add(kind)
            name = name.replace(label, "|")
    return frozenset(found)


@lru_cache(maxsize=8)
def _all_labels(kinds: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return label and kind, the longest first, from the ids and titles of kinds."""
    found = ((label, kind) for kind, title in kinds if kind != "other" for label in _labels(title))
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def _labels(written: str) -> tuple[str, ...]:
    title = fold(written)
    short = title.split("(", 1)[0]
    without = short.removesuffix("书")
    return tuple(dict.fromkeys(one for one in (title, short, without) if len(one) > 2))  # noqa: PLR2004
