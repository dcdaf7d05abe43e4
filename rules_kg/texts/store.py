"""The folder of imported texts: files named by their digest, and an index of clauses.

    index.json          what is bound to what, canonical JSON
    texts/<sha256>.md   a text, byte for byte as it was imported

Each file is written beside its place and then moved there, the index last: whoever reads sees the
old state or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from rules_kg.texts.binding import Binding, BoundClause
from rules_kg.texts.laws import LawText
from rules_kg.texts.parsing import MOST_BYTES

FORMAT = 1
INDEX = "index.json"
_TEXTS = "texts"


class StoreFault(Exception):  # noqa: N818 - as rules_kg.faults names them
    """The folder of law texts cannot be used as it is; says what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A text of the store."""

    sha256: str
    name: str
    title: str
    version: date | None
    dated_by: str
    excerpt: str
    articles: int
    regulation: str
    """`regulation@version` that its clauses are bound to; empty when none."""
    source: str
    """Where the corpus says that it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    format: int
    graph: str
    texts: tuple[StoredText, ...]
    clauses: tuple[BoundClause, ...]


_ADAPTER = TypeAdapter(_Index)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawStore:
    """An index that was read; the texts are read when they are asked for."""

    folder: Path
    digest: str
    """SHA-256 of the index."""
    graph: str
    """Digest of the graph whose clauses were bound."""
    texts: tuple[StoredText, ...]
    clauses: Mapping[str, BoundClause]

    def data(self, sha256: str) -> bytes:
        """Return a stored text.

        Raises:
            StoreFault: It is gone, or a byte of it has changed.
        """
        path = text_path(self.folder, sha256)
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise StoreFault(f"{path.name}: cannot be read ({error.strerror})") from error
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise StoreFault(f"{path.name}: has changed, its digest is now {found[:12]}…")
        return data


def text_path(folder: Path, sha256: str) -> Path:
    """Return where a text lies."""
    return folder / _TEXTS / f"{sha256}.md"


def open_store(folder: Path) -> LawStore | None:
    """Return the store in a folder; None where nothing was imported.

    Raises:
        StoreFault: There is an index, but it cannot be read.
    """
    path = folder / INDEX
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreFault(f"{INDEX}: cannot be read ({error.strerror})") from error
    try:
        index = _ADAPTER.validate_json(data)
    except ValidationError as error:
        raise StoreFault(f"{INDEX}: is no index of law texts; import them again") from error
    if index.format != FORMAT:
        raise StoreFault(
            f"{INDEX}: has format {index.format}, this release reads {FORMAT}; import again"
        )
    return LawStore(
        folder=folder,
        digest=hashlib.sha256(data).hexdigest(),
        graph=index.graph,
        texts=index.texts,
        clauses={one.clause: one for one in index.clauses},
    )


def store_texts(
    folder: Path, texts: Iterable[LawText], binding: Binding, *, graph: str
) -> LawStore:
    """Write texts and the index of what is bound to them, and return the store.

    Args:
        folder: Made when missing.
        texts: All texts that the store shall hold; what else lay there goes.
        binding: Of these texts.
        graph: Digest of the graph that was bound.

    Raises:
        OSError: The folder cannot be written.
    """
    kept = {one.sha256: one for one in texts}
    (folder / _TEXTS).mkdir(parents=True, exist_ok=True)
    for one in kept.values():
        _write(text_path(folder, one.sha256), one.data)
    index = _Index(
        format=FORMAT,
        graph=graph,
        texts=tuple(sorted((_entry(one, binding) for one in kept.values()), key=_order)),
        clauses=tuple(sorted(binding.bound, key=lambda one: one.clause)),
    )
    data = json.dumps(
        _ADAPTER.dump_python(index, mode="json"), ensure_ascii=False, indent=1, sort_keys=True
    )
    _write(folder / INDEX, data.encode() + b"\n")
    for path in (folder / _TEXTS).glob("*.md"):
        if path.stem not in kept:
            path.unlink()
    stored = open_store(folder)
    assert stored is not None  # noqa: S101 - written two lines above
    return stored


def _entry(text: LawText, binding: Binding) -> StoredText:
    return StoredText(
        sha256=text.sha256,
        name=text.name,
        title=text.title,
        version=text.version,
        dated_by=text.dated_by,
        excerpt=text.excerpt,
        articles=len(text.articles),
        regulation=binding.matched.get(text.sha256, ""),
        source=" ".join(
            text.front[key]
            for key in ("source_repo", "source_commit", "source")
            if text.front.get(key)
        ),
    )


def _order(one: StoredText) -> tuple[str, str, str]:
    return one.title, one.version.isoformat() if one.version else "", one.sha256


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place in one step."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
