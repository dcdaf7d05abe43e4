"""What is done with a store: add texts, bind them again, look whether everything still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rules_kg.graph import Graph
from rules_kg.texts.binding import Binding, BoundClause, bind
from rules_kg.texts.laws import LawText
from rules_kg.texts.parsing import TextFault, parse_law
from rules_kg.texts.store import LawStore, StoredText, StoreFault, store_texts, text_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A store after texts were added or bound again."""

    store: LawStore
    binding: Binding
    texts: tuple[LawText, ...]
    """All that the store holds now."""
    replaced: tuple[str, ...]
    """Names of texts that gave way to another one of the same title and date."""
    lost: tuple[str, ...]
    """Stored texts that had changed and were left out, one sentence each."""


def shelve(
    folder: Path, added: Sequence[LawText], graph: Graph, *, before: LawStore | None
) -> Shelved:
    """Add texts to a store, bind everything to a graph, and write it.

    A text takes the place of a stored one of the same title and date.

    Args:
        folder: Of the store.
        added: New texts.
        graph: Whose clauses are bound.
        before: The store as it is; None begins anew.

    Raises:
        OSError: The folder cannot be written.
    """
    stored, lost = _stored(before) if before else ([], [])
    new = {_key(one) for one in added}
    mine = {one.sha256 for one in added}
    kept = [one for one in stored if _key(one) not in new]
    texts = (*kept, *added)
    binding = bind(texts, graph.regulations.values())
    return Shelved(
        store=store_texts(folder, texts, binding, graph=graph.digest),
        binding=binding,
        texts=texts,
        replaced=tuple(one.name for one in stored if _key(one) in new and one.sha256 not in mine),
        lost=tuple(lost),
    )


def _key(text: LawText) -> tuple[str, str, bool]:
    return text.title, str(text.version), bool(text.excerpt)


def _stored(store: LawStore) -> tuple[list[LawText], list[str]]:
    texts: list[LawText] = []
    lost: list[str] = []
    for one in store.texts:
        try:
            texts.append(stored_text(store, one))
        except (StoreFault, TextFault) as fault:
            lost.append(f"{one.name}: {fault}")
    return texts, lost


def stored_text(store: LawStore, entry: StoredText) -> LawText:
    """Return a text of the store, split.

    Raises:
        StoreFault: It is gone or has changed.
        TextFault: This release cannot split it.
    """
    return parse_law(store.data(entry.sha256), name=entry.name)


def store_faults(store: LawStore, graph: Graph) -> Iterator[str]:
    """Yield what does not hold in a store: changed texts, strays, bindings out of date."""
    sound: list[LawText] = []
    for one in store.texts:
        try:
            sound.append(stored_text(store, one))
        except (StoreFault, TextFault) as fault:
            yield f"{one.name}: {fault}{_hit(store, one)}"
    known = {text_path(store.folder, one.sha256) for one in store.texts}
    folder = text_path(store.folder, "").parent
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path not in known:
            yield f"{path.name}: is not in the index"
    yield from _stale(store, sound, graph)


def _hit(store: LawStore, entry: StoredText) -> str:
    """Return which bound clauses a changed text no longer has in their place."""
    try:
        data = text_path(store.folder, entry.sha256).read_bytes()
    except OSError:
        return ""
    mine = [one for one in store.clauses.values() if one.text == entry.sha256]
    names = sorted(one.clause for one in mine if not _holds(one, data))
    return f"; no longer in place: {', '.join(names)}" if names else ""


def _holds(bound: BoundClause, data: bytes) -> bool:
    return hashlib.sha256(bound.span.of(data)).hexdigest() == bound.sha256


def _stale(store: LawStore, texts: Iterable[LawText], graph: Graph) -> Iterator[str]:
    """Yield clauses whose entry in the index is not what the texts and the graph give now."""
    sound = {one.sha256: one for one in texts}
    now = {one.clause: one for one in bind(list(sound.values()), graph.regulations.values()).bound}
    for name in sorted(now.keys() | store.clauses.keys()):
        kept = store.clauses.get(name)
        if kept is not None and kept.text not in sound:
            continue  # told already
        if kept is None:
            yield f"{name}: could be bound, and is not; run `preaudit laws bind`"
        elif name not in now:
            yield f"{name}: is bound, but not to this graph and text; run `preaudit laws bind`"
        elif now[name] != kept:
            yield f"{name}: is bound to another place; run `preaudit laws bind`"
