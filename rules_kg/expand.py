"""Rules written once for several kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rules_kg.faults import Fault, nearest
from rules_kg.vocabulary import Kind
from rules_kg.yaml_text import Parsed, Path, Plain

_PLACEHOLDER = re.compile(r"\$\{kind(?:\.(zh|en|var))?\}")


def expanded(
    parsed: Parsed, path: Path, value: Plain, *, kinds: Mapping[str, Kind], faults: list[Fault]
) -> Iterator[Plain]:
    """Yield the rules that one record stands for: itself, or one for each kind of its `for`."""
    if not isinstance(value, dict) or "for" not in value:
        yield value
        return
    spot = parsed.spot((*path, "for"))
    wanted = value["for"].get("kind") if isinstance(value["for"], dict) else None
    if not isinstance(wanted, list | dict) or not wanted:
        message = "for takes a mapping with kind: a list of kinds, or a mapping from kind to keys"
        faults.append(_fault(parsed, spot.line, message))
        return
    plain = {key: part for key, part in value.items() if key != "for"}
    for kind in wanted:
        overrides = wanted[str(kind)] if isinstance(wanted, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            message = f"for names an unknown kind {kind!r}{nearest(str(kind), kinds)}"
            faults.append(_fault(parsed, spot.line, message))
        elif overrides is not None and not isinstance(overrides, dict):
            faults.append(_fault(parsed, spot.line, f"for.kind.{kind} is not a mapping"))
        else:
            yield _filled({**plain, **(overrides or {})}, kinds[str(kind)])


def _fault(parsed: Parsed, line: int, message: str) -> Fault:
    return Fault(file=parsed.file, line=line, message=message, code="for")


def _filled(value: Plain, kind: Kind) -> Plain:
    """Replace the placeholders in every text of a value."""
    words = {None: kind.id, "zh": kind.title.zh, "en": kind.title.en, "var": kind.variable}
    match value:
        case str():
            return _PLACEHOLDER.sub(lambda found: words[found[1]], value)
        case list():
            return [_filled(one, kind) for one in value]
        case dict():
            return {key: _filled(one, kind) for key, one in value.items()}
        case _:
            return value
