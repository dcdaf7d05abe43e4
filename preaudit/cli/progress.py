"""A progress bar on standard error, one line for each stage; nothing where no one watches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from preaudit.cli.wiring import Step
from preaudit.errors import Stage
from preaudit.render.labels import STAGES
from preaudit.render.safe_text import drop_unseen, mask_text


@contextlib.contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Step], None]]:
    """Yield what is told of every step; the bar is gone when the block ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        _Label(),
    )
    tasks: dict[Stage, TaskID] = {}
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:

        def tell(step: Step) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bar.add_task(STAGES[step.stage].zh, total=step.total, label="")
            name = mask_text(drop_unseen(step.label))
            bar.update(tasks[step.stage], completed=step.done, total=step.total, label=name)

        yield tell


class _Label(TextColumn):
    """The file at hand, as plain text: its name may hold what looks like markup."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: object) -> Text:
        """Return the name, cut to what fits."""
        label = Text(str(getattr(task, "fields", {}).get("label", "")), "dim", no_wrap=True)
        label.truncate(40, overflow="ellipsis")
        return label
