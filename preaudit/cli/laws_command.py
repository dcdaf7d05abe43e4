"""`preaudit laws`: import law texts, list them, look whether they still hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from preaudit.cli.rules_command import loaded
from preaudit.errors import ExitCode, InputError, RulesError, UsageError
from preaudit.findings import Citation
from preaudit.render import load_report
from preaudit.render.safe_text import drop_unseen
from rules_kg.graph import Graph
from rules_kg.texts import (
    Corpus,
    LawStore,
    LawText,
    Shelved,
    StoreFault,
    open_store,
    quotations,
    read_corpus,
    shelve,
    store_faults,
    text_faults,
)

_NOTHING = "nothing was imported; run `preaudit laws import DIR`"


def import_laws(
    out: Console, notes: Console, *, folder: Path, shelf: Path, content: Path | None, anew: bool
) -> None:
    """Take over a folder of laws and print what was bound and what was not.

    Args:
        out: Where the table goes.
        notes: Where the sums go.
        folder: Of Markdown laws.
        shelf: The store.
        content: Another folder of rules.
        anew: Whether what was imported before goes.

    Raises:
        InputError: The folder is not there or holds no law text.
        RulesError: The graph does not load.
        UsageError: The store cannot be written.
    """
    graph = loaded(content)
    corpus = _corpus(folder)
    if not corpus.texts:
        first = f": {corpus.faults[0]}" if corpus.faults else ""
        raise InputError(f"{folder} holds no law text{first}", code="no_law_text")
    before = None if anew else _store_or_none(shelf)
    shelved = _shelved(shelf, corpus.texts, graph, before)
    _print_shelved(out, shelved)
    _print_corpus(out, corpus)
    _sum_up(notes, shelved, shelf)


def bind_laws(out: Console, notes: Console, *, shelf: Path, content: Path | None) -> None:
    """Bind the stored texts to the graph again and print the same as an import.

    Raises:
        RulesError: The graph does not load, or the store cannot be used.
        UsageError: Nothing was imported, or the store cannot be written.
    """
    graph = loaded(content)
    shelved = _shelved(shelf, (), graph, store_of(shelf))
    _print_shelved(out, shelved)
    _sum_up(notes, shelved, shelf)


def store_of(shelf: Path) -> LawStore:
    """Return the store.

    Raises:
        RulesError: It cannot be used.
        UsageError: Nothing was imported.
    """
    store = _store_or_none(shelf)
    if store is None:
        raise UsageError(_NOTHING, code="no_law_text")
    return store


def _store_or_none(shelf: Path) -> LawStore | None:
    try:
        return open_store(shelf)
    except StoreFault as fault:
        message = f"{shelf}: {fault}, with --anew"
        raise RulesError(message, code="law_texts_unusable") from fault


def _shelved(
    shelf: Path, added: Sequence[LawText], graph: Graph, before: LawStore | None
) -> Shelved:
    try:
        return shelve(shelf, added, graph, before=before)
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(
            f"{shelf} cannot be written ({why}); set PREAUDIT_LAW_TEXTS to another folder",
            code="not_writable",
        ) from error


def _print_shelved(out: Console, shelved: Shelved) -> None:
    binding = shelved.binding
    _listed(out, "texts of the graph's regulations", _matched(shelved))
    names = {one.sha256: one.name for one in shelved.texts}
    _listed(out, "verified clauses not found in their text", _open_clauses(shelved, verified=True))
    _listed(out, "other clauses not found in their text", _open_clauses(shelved, verified=False))
    unmatched = sorted((names[sha256], why) for sha256, why in binding.unmatched.items())
    _listed(out, "texts bound to no clause, kept", (f"{name}: {why}" for name, why in unmatched))
    _listed(out, "versions of regulations without a text", binding.textless)
    _listed(out, "texts that gave way to newly imported ones", shelved.replaced)
    _listed(out, "stored texts that had changed, left out", shelved.lost)


def _matched(shelved: Shelved) -> Iterator[str]:
    rows = []
    for text in shelved.texts:
        version = shelved.binding.matched.get(text.sha256)
        if version:
            bound = sum(one.text == text.sha256 for one in shelved.binding.bound)
            missed = sum(one.clause.startswith(f"{version}#") for one in shelved.binding.unbound)
            name = f"{text.name} (excerpt)" if text.excerpt else text.name
            rows.append((version, len(text.articles), bound, missed, name))
    wide = max((len(row[0]) for row in rows), default=0)
    for version, articles, bound, missed, name in sorted(rows):
        counts = f"{articles:>5} articles {bound:>4} clauses bound {missed:>3} not found"
        yield f"{version:{wide}} {counts}  {name}"


def _open_clauses(shelved: Shelved, *, verified: bool) -> Iterator[str]:
    for one in shelved.binding.unbound:
        if one.verified is verified:
            yield f"{one.clause}: {one.reason}"


def _print_corpus(out: Console, corpus: Corpus) -> None:
    _listed(out, "files that are no law text", (str(fault) for fault in corpus.faults))
    notes = (
        f"{text.name}:{note.line}: {note.message}" for text in corpus.texts for note in text.notes
    )
    _listed(out, "odd things in the texts", notes)


def _listed(out: Console, title: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        out.print(Text(f"{title} ({len(found)}):", "bold"))
        for line in found:
            out.print(Text(drop_unseen(f"  {line}")), soft_wrap=True)


def _sum_up(notes: Console, shelved: Shelved, shelf: Path) -> None:
    binding = shelved.binding
    articles = sum(len(one.articles) for one in shelved.texts)
    notes.print(
        f"{len(shelved.texts)} texts with {articles} articles in {shelf}; "
        f"{len(binding.matched)} are versions of the graph: {len(binding.bound)} clauses bound, "
        f"{len(binding.unbound)} not found; index {shelved.store.digest[:12]}",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


def list_laws(out: Console, *, shelf: Path) -> None:
    """Print the stored texts.

    Raises:
        RulesError: The store cannot be used.
        UsageError: Nothing was imported.
    """
    store = store_of(shelf)
    wide = max((len(one.regulation) for one in store.texts), default=0)
    for one in store.texts:
        dated = one.version.isoformat() if one.version else "?"
        read = "*" if one.dated_by == "head" else " "
        bound = sum(clause.text == one.sha256 for clause in store.clauses.values())
        title = f"{one.title}（节选）" if one.excerpt else one.title
        counts = f"{one.articles:>5} articles {bound:>4} clauses"
        line = (
            f"{one.sha256[:12]} {dated:>10}{read} {counts}  {one.regulation or '-':{wide}}  {title}"
        )
        out.print(Text(drop_unseen(line)), soft_wrap=True)
    if any(one.dated_by == "head" for one in store.texts):
        out.print("* read from the note below the title")


def lint_against(out: Console, notes: Console, *, folder: Path, content: Path | None) -> None:
    """Print the clauses that are said to be verified and that law texts do not have.

    Raises:
        InputError: There is no such folder.
        RulesError: The graph does not load.
    """
    corpus = _corpus(folder)
    faults = sorted(text_faults(loaded(content), corpus))
    for one in faults:
        out.print(Text(drop_unseen(f"{one} [{one.code}]")), soft_wrap=True)
    notes.print(f"against {len(corpus.texts)} texts: {len(faults)} notices", highlight=False)


def _corpus(folder: Path) -> Corpus:
    try:
        return read_corpus(folder)
    except NotADirectoryError as error:
        raise InputError(f"{error}; give a folder of Markdown laws", code="no_such_path") from error


def verify_laws(
    out: Console, notes: Console, *, shelf: Path, report: Path | None, content: Path | None
) -> ExitCode:
    """Print what does not hold in the store, or in the quotes of a report; RULES if anything.

    Raises:
        InputError: The report cannot be read.
        RulesError: The graph does not load, or the store cannot be used.
        UsageError: Nothing was imported.
    """
    store, graph = store_of(shelf), loaded(content)
    if report is None:
        faults = list(store_faults(store, graph))
        looked = f"{len(store.texts)} texts, {len(store.clauses)} clauses"
    else:
        citations = _quotes_of(report)
        faults = list(_misquoted(citations, store, graph))
        looked = f"{len(citations)} quotes"
    for line in faults:
        out.print(Text(drop_unseen(line)), soft_wrap=True)
    notes.print(f"{looked}: {len(faults)} faults", highlight=False)
    return ExitCode.RULES if faults else ExitCode.CLEAR


def _quotes_of(path: Path) -> list[Citation]:
    file = path / "report.json" if path.is_dir() else path
    try:
        data = file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{file} cannot be read ({why})", code="no_such_report") from error
    found = (one for finding in load_report(data).findings for one in finding.citations)
    return list({one.clause: one for one in found if one.quote}.values())


def _misquoted(citations: Sequence[Citation], store: LawStore, graph: Graph) -> Iterator[str]:
    cited = {one.clause for one in citations}
    found = quotations(store, graph.regulations.values(), cited=cited)
    yield from found.faults
    for one in citations:
        stored = found.by_clause.get(one.clause)
        if stored is None:
            yield f"{one.clause}: is quoted, but no stored text has it"
        elif (stored.quote, stored.lead) != (one.quote, one.quote_lead):
            yield f"{one.clause}: the report quotes other words than the stored text has"
