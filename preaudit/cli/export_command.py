"""`preaudit rules export` and `rules graph`: the graph for other programs, and as a picture."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rich.console import Console

from preaudit.cli.rules_command import loaded
from preaudit.errors import UsageError
from preaudit.render.picture import graph_html
from rules_kg import export as exporting
from rules_kg.faults import nearest


def export(
    notes: Console, *, graphml: Path | None, json_ld: Path | None, content: Path | None
) -> None:
    """Write the network of the graph.

    Raises:
        RulesError: The graph does not load.
        UsageError: No file is asked for, or one cannot be written.
    """
    if graphml is None and json_ld is None:
        raise UsageError("say what to write: --graphml FILE or --json-ld FILE", code="no_format")
    network = loaded(content).network
    if graphml is not None:
        _write(notes, graphml, exporting.graphml(network))
    if json_ld is not None:
        _write(notes, json_ld, exporting.json_ld(network))


def picture(
    notes: Console,
    *,
    html: Path,
    item: str | None,
    as_of: date | None,
    content: Path | None,
) -> None:
    """Write a picture of what items ask for: papers, entries, rules and clauses of a day.

    Raises:
        RulesError: The graph does not load.
        UsageError: There is no such item, or the file cannot be written.
    """
    graph = loaded(content)
    if item is not None and item not in graph.items:
        raise UsageError(f"unknown item {item!r}{nearest(item, graph.items)}", code="unknown_item")
    day = as_of or date.today()  # noqa: DTZ011 - the day at the counter, not an instant
    _write(notes, html, graph_html(graph, item=item, as_of=day))


def _write(notes: Console, path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(
            f"{path} cannot be written ({why}); choose another place", code="not_writable"
        ) from error
    notes.print(f"wrote {path}", markup=False, highlight=False, soft_wrap=True)
