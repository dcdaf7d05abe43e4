"""Names that the folders vocabulary, kinds and checks add to the files beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules_kg import Fault, RulesFault, load_graph

SMALL = Path(__file__).parents[2] / "rules" / "small"
NAMES = """\
version: 1
kinds:
  deed: {zh: 不动产权证书, en: title deed}
roles:
  owner: {zh: 权利人}
fields:
  plot_area: {type: area, zh: 宗地面积}
"""
CARRIED = """\
version: 1
kinds:
  deed: {fields: [plot_area], marks: [seal]}
"""
CHECKS = """\
item: construction-permit
fitness:
  fitness.plot: {needs: deed}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a folder of rules to which a kind, a role, a field and a check are added."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
    for name, text in (("vocabulary", NAMES), ("kinds", CARRIED), ("checks", CHECKS)):
        (folder / name).mkdir()
        (folder / name / "more.yaml").write_text(text, encoding="utf-8")
    return folder


def _faults(content: Path) -> tuple[Fault, ...]:
    with pytest.raises(RulesFault) as caught:
        load_graph(content)
    return caught.value.faults


def test_added_names_stand_beside_the_others(content: Path) -> None:
    """What a file of the folders adds is known like what stood there before."""
    graph = load_graph(content)
    deed = graph.vocabulary.kinds["deed"]
    assert (deed.fields, deed.marks) == (("plot_area",), ("seal",))
    assert {"owner", "developer"} <= set(graph.vocabulary.roles)
    assert {"fitness.plot", "codes.id"} <= set(graph.checks["construction-permit"])


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        ("vocabulary/more.yaml", "  deed: {zh", "  form: {zh", 3,
         "'form' is defined already in another file; take it out of one"),
        ("vocabulary/more.yaml", "  owner:", "  agent:", 5, "'agent' is defined already"),
        ("vocabulary/more.yaml", "  plot_area:", "  building_area:", 7,
         "'building_area' is defined already"),
        ("kinds/more.yaml", "  deed:", "  licence:", 3, "'licence' is defined already"),
        ("checks/more.yaml", "fitness:\n  fitness.plot", "codes:\n  codes.id", 3,
         "codes.id: this check is listed already in another file; take it out of one"),
        ("vocabulary.yaml", "{zh: 监理单位}", "{en: supervisor}", 10,
         "roles.supervisor.zh is missing; add it"),
        ("vocabulary/more.yaml", "kinds:", "knds:", 1, "kinds is missing; add it"),
        ("kinds/more.yaml", "marks: [seal]", "marks: seal", 3, "a list was expected"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_with_its_line(
    content: Path, file: str, old: str, new: str, line: int, words: str
) -> None:
    """A name that is there twice, or at fault, is told with the file and line that say it."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = [one for one in _faults(content) if words in str(one)]
    assert [(one.file, one.line) for one in told] == [(file, line)], _faults(content)
