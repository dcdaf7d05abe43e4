import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from preaudit.cli import run
from preaudit.errors import ExitCode

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
SMALL = Path(__file__).parents[1] / "rules" / "small"
ITEMS = """
- id: land-permit
  title: {zh: 用地许可, en: land permit}
  cites: ["building-law#8"]
  conditions: []
  stage: 1
  yields: licence
  authority: bureau
  needed_when: project.new_land
  time_limits:
    - id: answer
      title: {zh: 作出决定, en: decision}
      cites: ["building-law#8"]
      days: 7
      unit: working
      counted_from: {zh: 受理之日起, en: from acceptance}
- id: planning-permit
  title: {zh: 规划许可, en: planning permit}
  cites: ["building-law#8"]
  conditions: []
  stage: 2
  after: [land-permit]
  needed_when: project.new_land && project.use == 'housing' || project.area > param.largest_area
  materials:
    - {kind: form, cites: ["building-law#8"], substitutes: [contract]}
    - {kind: licence, cites: ["building-law#8"], when: {zh: 新增用地的, en: for new land}}
- id: fire-review
  title: {zh: 消防审查, en: fire review}
  cites: ["building-law#8"]
  conditions: []
  stage: 2
  after: [planning-permit]
"""
ATTRIBUTES = """
- {id: new_land, title: {zh: 是否新增用地, en: new land}, type: flag}
- id: use
  title: {zh: 用途, en: use}
  type: text
  choices: {housing: {zh: 住宅, en: housing}, works: {zh: 厂房, en: works}}
- {id: area, title: {zh: 面积, en: area}, type: area}
- {id: storeys, title: {zh: 层数, en: storeys}, type: integer}
- {id: begun_on, title: {zh: 开工日期, en: begun on}, type: date}
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small folder of rules with items that depend on the project."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
    (folder / "items" / "more.yaml").write_text(ITEMS, encoding="utf-8")
    (folder / "attributes.yaml").write_text(ATTRIBUTES, encoding="utf-8")
    (folder / "authorities").mkdir(exist_ok=True)
    bureau = 'id: bureau\ntitle: {zh: 用地局, en: bureau}\ncites: ["building-law#8"]\n'
    (folder / "authorities" / "bureau.yaml").write_text(bureau, encoding="utf-8")
    return folder


def ask(pipeline: "FakePipeline", content: Path, said: object, *more: str) -> int:
    """Run `items` on what is said of a project."""
    path = content.parent / "case.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    arguments = ["items", "--for", str(path), "--content", str(content), *more]
    return run(arguments, tools=pipeline.tools())


def planned(capsys: Capture) -> dict[str, dict[str, object]]:
    """Return the printed JSON's items by id."""
    printed = json.loads(capsys.readouterr().out)
    return {one["id"]: one for step in printed["steps"] for one in step["items"]}


def test_items_come_by_stage_with_their_reasons(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """What decided is named with its value; order, authority, limits and materials stand there."""
    said = {"attributes": {"new_land": True, "use": "housing"}, "as_of": "2025-01-01"}
    assert ask(pipeline, content, said) == ExitCode.CLEAR
    out = capsys.readouterr().out
    assert out.index("] 用地许可") < out.index("] 规划许可") < out.index("] 消防审查")
    assert "理由：是否新增用地：是；用途：住宅" in out
    assert "办理部门：用地局" in out
    assert "7个工作日（受理之日起）" in out
    assert "任何项目都需要" in out
    assert "新增用地的" in out


def test_what_nobody_said_is_asked_for(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """An item that hangs on an unknown attribute is undetermined, never not needed."""
    assert ask(pipeline, content, {"new_land": False}, "--json") == ExitCode.UNDETERMINED
    found = planned(capsys)
    assert found["land-permit"]["needed"] == "not_needed"
    assert found["land-permit"]["because"] == {"new_land": "否"}
    assert found["planning-permit"]["needed"] == "undetermined"
    assert found["planning-permit"]["to_know"] == {"area": "面积"}
    assert found["fire-review"]["after"] == ["planning-permit"]


def test_an_item_that_is_not_needed_is_passed_over_in_the_order(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """What comes after an item that falls away comes after the one before that."""
    said = {"new_land": "true", "use": "works", "area": 12.5, "as_of": None, "attributes": {}}
    assert ask(pipeline, content, said, "--json") == ExitCode.UNDETERMINED
    said = {"new_land": "true", "use": "works", "area": 12.5}
    capsys.readouterr()
    assert ask(pipeline, content, said, "--json", "--as-of", "2025-01-01") == ExitCode.CLEAR
    found = planned(capsys)
    assert found["planning-permit"]["needed"] == "not_needed"
    assert found["fire-review"]["after"] == ["land-permit"]


def test_parameters_of_place_and_day_decide(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A limit is that of the place and the day of the case."""
    said = {"attributes": {"new_land": False, "area": 800}, "jurisdiction": "town"}
    assert ask(pipeline, content, said, "--json") == ExitCode.CLEAR
    assert planned(capsys)["planning-permit"]["needed"] == "needed"
    assert ask(pipeline, content, said | {"jurisdiction": "cn"}, "--json") == ExitCode.CLEAR
    assert planned(capsys)["planning-permit"]["needed"] == "not_needed"


def test_an_attribute_that_decides_nothing_is_noted(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A misspelt attribute is told with the nearest one, and the rest is planned."""
    ask(pipeline, content, {"new_lnd": True})
    assert "'new_lnd' decides no item; did you mean 'new_land'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "words", "code"),
    [
        ({"use": "houses"}, "did you mean 'housing'", ExitCode.USAGE),
        ({"new_land": "maybe"}, "write true or false", ExitCode.USAGE),
        ({"area": "large"}, "in square metres", ExitCode.USAGE),
        ({"area": True}, "in square metres", ExitCode.USAGE),
        ({"area": "NaN"}, "in square metres", ExitCode.USAGE),
        ({"storeys": 1.5}, "is no integer", ExitCode.USAGE),
        ({"begun_on": "soon"}, "YYYY-MM-DD", ExitCode.USAGE),
        ({"attributes": {}, "jurisdiction": "towm"}, "did you mean 'town'", ExitCode.USAGE),
        ({"attributes": {}, "as_of": "soon"}, "as_of is no day", ExitCode.USAGE),
        ({"attributes": []}, "attributes is no object", ExitCode.INPUT),
        ({"use": ["housing"]}, "neither text, number nor", ExitCode.INPUT),
        ("[]", "no JSON object", ExitCode.INPUT),
        ("{", "is no JSON", ExitCode.INPUT),
        (" " * 70_000, "larger than 64 KB", ExitCode.INPUT),
    ],
)
def test_what_makes_no_sense_is_refused(
    pipeline: "FakePipeline",
    content: Path,
    said: object,
    words: str,
    code: ExitCode,
    capsys: Capture,
) -> None:
    """A value that does not fit its attribute is named with what would fit."""
    assert ask(pipeline, content, said) == code
    assert words in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A missing file is an input error."""
    arguments = ["items", "--for", str(content / "no.json"), "--content", str(content)]
    assert run(arguments, tools=pipeline.tools()) == ExitCode.INPUT
    assert "no.json cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("condition", "said", "needed"),
    [
        ("has(project.begun_on)", {}, "undetermined"),
        ("has(project.begun_on)", {"begun_on": "2025-01-01"}, "needed"),
        ("blank(project.begun_on)", {"begun_on": "2025-01-01"}, "not_needed"),
        ("project.begun_on < date('2025-01-01')", {"begun_on": "2025-01-01"}, "not_needed"),
        ("project.storeys >= 3", {"storeys": 3}, "needed"),
    ],
)
def test_conditions_may_ask_for_any_type(
    pipeline: "FakePipeline",
    content: Path,
    condition: str,
    said: dict[str, object],
    needed: str,
    capsys: Capture,
) -> None:
    """Days and numbers are compared as such; what nobody said may be there or not."""
    path = content / "items" / "more.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("needed_when: project.new_land\n", f"needed_when: {condition}\n")
    path.write_text(changed, encoding="utf-8")
    ask(pipeline, content, said, "--json")
    assert planned(capsys)["land-permit"]["needed"] == needed
