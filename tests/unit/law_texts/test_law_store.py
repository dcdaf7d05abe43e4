"""Stored texts are what was imported, byte for byte, or it is said which are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_laws import OLDER, PLAIN, SECTIONS

from rules_kg import Graph, Level, load_graph
from rules_kg.texts import (
    Corpus,
    LawStore,
    LawText,
    StoreFault,
    TextFault,
    open_store,
    parse_law,
    quotations,
    shelve,
    store_faults,
    text_faults,
)

SMALL = Path(__file__).parents[2] / "rules" / "small"
NEW = "building-law@2019-04-23#8"
ITEM = "building-law@2019-04-23#8.1.2"
OLD = "building-law@2011-01-01#8"


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The small graph; its building law has article 8 in two versions."""
    return load_graph(SMALL)


def law(text: str, *, name: str = "x.md") -> LawText:
    """Return a text, split."""
    return parse_law(text.encode(), name=name)


NEWER = law(PLAIN, name="new.md")
OLDEST = law(OLDER, name="old.md")


def kept(folder: Path, graph: Graph, *texts: LawText) -> LawStore:
    """Return a new store of texts."""
    return shelve(folder, texts, graph, before=None).store


def path_of(store: LawStore, text: LawText) -> Path:
    """Return where a text lies."""
    return store.folder / "texts" / f"{text.sha256}.md"


def quotes(
    store: LawStore, graph: Graph, cited: Iterable[str] = (NEW, ITEM, OLD)
) -> dict[str, str]:
    """Return what can be quoted."""
    found = quotations(store, graph.regulations.values(), cited=frozenset(cited))
    return {name: one.quote for name, one in found.by_clause.items()}


def test_nothing_was_imported(tmp_path: Path) -> None:
    """A folder that is missing or empty is no store."""
    assert open_store(tmp_path) is None
    assert open_store(tmp_path / "none") is None


def test_a_store_keeps_bytes_and_places(tmp_path: Path, graph: Graph) -> None:
    """Texts lie under their digest, byte for byte; the index is the same however often written."""
    store = kept(tmp_path / "a", graph, NEWER, OLDEST)
    assert path_of(store, NEWER).read_bytes() == PLAIN.encode()
    again = kept(tmp_path / "b", graph, OLDEST, NEWER)
    assert again.digest == store.digest
    assert [(one.title, str(one.version), one.regulation) for one in store.texts] == [
        ("建造法", "2011-01-01", "building-law@2011-01-01"),
        ("建造法", "2019-04-23", "building-law@2019-04-23"),
    ]
    assert sorted(store.clauses) == [OLD, NEW, ITEM]
    assert open_store(tmp_path / "a") == store


def test_quotes_are_the_stored_words(tmp_path: Path, graph: Graph) -> None:
    """An item comes with the sentence that introduces it; only what is cited is quoted."""
    store = kept(tmp_path, graph, NEWER, OLDEST)
    found = quotations(store, graph.regulations.values(), cited={ITEM, "other@2000-01-01#1"})
    (one,) = found.by_clause.values()
    assert (one.clause, one.lead) == (ITEM, "开工应当具备下列条件：")
    assert one.quote == "（二）有图，包括：\n\n1.平面图；\n\n2.立面图；"
    assert found.index == store.digest
    assert not found.faults
    assert quotes(store, graph)[OLD].endswith("（二）有图。")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> LawStore:
    """Return a store whose texts a test may change and must put back."""
    return kept(tmp_path_factory.mktemp("shelf"), graph, NEWER, OLDEST)


@given(
    place=st.integers(min_value=0, max_value=len(NEWER.data) - 1),
    flipped=st.integers(min_value=1, max_value=255),
)
def test_any_changed_byte_ends_quoting(
    shelf: LawStore, graph: Graph, place: int, flipped: int
) -> None:
    """Whichever byte of a stored text changes, nothing is quoted from it and it is named."""
    content = bytearray(NEWER.data)
    content[place] ^= flipped
    path_of(shelf, NEWER).write_bytes(bytes(content))
    try:
        found = quotations(shelf, graph.regulations.values(), cited={NEW, ITEM, OLD})
        faults = list(store_faults(shelf, graph))
    finally:
        path_of(shelf, NEWER).write_bytes(NEWER.data)
    assert set(found.by_clause) == {OLD}
    assert len(found.faults) == 1
    assert "has changed" in found.faults[0]
    assert len(faults) == 1
    assert faults[0].startswith("new.md: ")


def test_a_changed_text_names_the_clauses_that_it_lost(tmp_path: Path, graph: Graph) -> None:
    """Verify says which bound clauses no longer stand in their place."""
    store = kept(tmp_path, graph, NEWER)
    path = path_of(store, NEWER)
    path.write_bytes(path.read_bytes().replace("立面图".encode(), "剖面图".encode()))
    (fault,) = store_faults(store, graph)
    assert fault.endswith(f"no longer in place: {NEW}, {ITEM}")
    path.write_bytes(PLAIN.encode() + b" ")
    (fault,) = store_faults(store, graph)
    assert "no longer in place" not in fault
    path.unlink()
    (fault,) = store_faults(store, graph)
    assert "cannot be read" in fault


def test_strays_and_a_missing_folder_are_told(tmp_path: Path, graph: Graph) -> None:
    """A file that the index does not know is named."""
    store = kept(tmp_path, graph, NEWER)
    (tmp_path / "texts" / "stray.md").write_text("x", encoding="utf-8")
    assert list(store_faults(store, graph)) == ["stray.md: is not in the index"]
    empty = replace(store, folder=tmp_path / "none", texts=(), clauses={})
    assert list(store_faults(empty, graph)) == []


def test_a_text_that_this_release_cannot_split_is_told(tmp_path: Path, graph: Graph) -> None:
    """A stored file that is no law is named, and left out of the next import."""
    store = kept(tmp_path, graph, NEWER)
    plain = replace(NEWER, data=b"no law", sha256=hashlib.sha256(b"no law").hexdigest())
    odd = kept(tmp_path, graph, plain)
    assert any("no article" in one or "no title" in one for one in store_faults(odd, graph))
    shelved = shelve(tmp_path, [OLDEST], graph, before=odd)
    assert [one.split(":")[0] for one in shelved.lost] == ["new.md"]
    assert store.texts != shelved.store.texts


def test_an_import_adds_and_replaces(tmp_path: Path, graph: Graph) -> None:
    """A text takes the place of one with its title and date; others stay; the same stays silent."""
    store = kept(tmp_path, graph, NEWER, law(SECTIONS, name="seals.md"))
    mended = law(PLAIN.replace("有钱", "有款"), name="mended.md")
    shelved = shelve(tmp_path, [mended, OLDEST], graph, before=store)
    assert shelved.replaced == ("new.md",)
    assert sorted(one.name for one in shelved.store.texts) == ["mended.md", "old.md", "seals.md"]
    assert not path_of(shelved.store, NEWER).exists()
    assert shelve(tmp_path, [mended], graph, before=shelved.store).replaced == ()


def test_bindings_out_of_date_are_told(tmp_path: Path, graph: Graph) -> None:
    """An index that was bound to another graph says what to do; misplaced clauses are silent."""
    store = kept(tmp_path, graph, NEWER)
    without = replace(store, clauses={ITEM: store.clauses[ITEM]})
    assert list(store_faults(without, graph)) == [
        f"{NEW}: could be bound, and is not; run `preaudit laws bind`"
    ]
    extra = replace(store.clauses[ITEM], clause="building-law@2019-04-23#9")
    more = replace(store, clauses={**store.clauses, extra.clause: extra})
    assert [one.partition(": ")[2][:9] for one in store_faults(more, graph)] == ["is bound,"]
    moved = replace(store.clauses[ITEM], place=(8, 1, 1))
    other = replace(store, clauses={**store.clauses, ITEM: moved})
    assert list(store_faults(other, graph)) == [
        f"{ITEM}: is bound to another place; run `preaudit laws bind`"
    ]
    assert set(quotes(other, graph)) == {NEW}


def test_a_place_without_its_digest_is_not_quoted(tmp_path: Path, graph: Graph) -> None:
    """An index that points elsewhere in a sound text is caught by the digest of the span."""
    store = kept(tmp_path, graph, NEWER)
    moved = replace(store.clauses[ITEM], span=store.clauses[NEW].span)
    bent = replace(store, clauses={**store.clauses, ITEM: moved})
    found = quotations(bent, graph.regulations.values(), cited={ITEM})
    assert not found.by_clause
    assert found.faults == (f"{ITEM}: the place in the index does not have its digest",)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 1}', b"\xff"])
def test_a_damaged_index_is_said(tmp_path: Path, content: bytes) -> None:
    """What is no index is no store without texts."""
    (tmp_path / "index.json").write_bytes(content)
    with pytest.raises(StoreFault, match="is no index of law texts"):
        open_store(tmp_path)


def test_an_index_of_another_format_or_kind_is_said(tmp_path: Path, graph: Graph) -> None:
    """A later format is refused, and so is a folder in the index's place."""
    kept(tmp_path, graph, NEWER)
    path = tmp_path / "index.json"
    index = json.loads(path.read_bytes())
    path.write_text(json.dumps({**index, "format": 2}), encoding="utf-8")
    with pytest.raises(StoreFault, match="has format 2, this release reads 1"):
        open_store(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreFault, match="cannot be read"):
        open_store(tmp_path)
    with pytest.raises(OSError, match="directory"):
        kept(tmp_path, graph, NEWER)
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".new-")]


def test_lint_tells_verified_clauses_that_the_text_lacks(graph: Graph) -> None:
    """Only clauses that are said to be verified, and only where there is a text."""
    short = law(PLAIN.replace("第八条 ", "第九条 "))
    fault = TextFault("README.md", 1, "no article")
    found = list(text_faults(graph, Corpus(texts=(short,), faults=(fault,))))
    assert [(one.code, one.subject, one.level) for one in found] == [
        ("no_law_text", "", Level.NOTICE),
        ("not_in_text", NEW, Level.NOTICE),
    ]
    assert found[1].file == "regulations/building-law"
    assert "the text has no 第八条" in found[1].message


def test_lint_tells_summaries_that_copy_the_law(graph: Graph) -> None:
    """A long run of the law's own words in a summary is told; a few words are not."""
    building = graph.regulations["building-law"]
    version = building.versions[1]
    sentence = "造物人应当" + "认真" * 20 + "造物。"
    summary = replace(version.clauses[0].summary, zh=f"要点：{sentence}")
    copied = replace(version.clauses[0], summary=summary)
    changed = replace(building, versions=[replace(version, clauses=[copied, version.clauses[1]])])
    other = replace(graph, regulations={"building-law": changed})
    text = law(PLAIN.replace("（一）有地；", f"（一）{sentence}"))
    found, unsure = text_faults(other, Corpus(texts=(text,), faults=()))
    assert (found.code, found.subject) == ("copied", NEW)
    assert "(48 characters)" in found.message
    assert (unsure.code, unsure.subject) == ("to_compare", ITEM)
