import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from rich.console import Console

from preaudit.check import run_examples
from preaudit.cli import run
from preaudit.cli.new_command import new_rule
from preaudit.errors import ExitCode, UsageError
from rules_kg import Level, lint, load_graph

if TYPE_CHECKING:
    from conftest import FakePipeline

Capture = pytest.CaptureFixture[str]
SMALL = Path(__file__).parents[1] / "rules" / "small"
ANSWERS = {
    "item": "施工许可",
    "title": "申请表的面积不超过上限。",
    "title_en": "the form's area is not too large",
    "id": "fitness.area_limit",
    "selection": "申请表.建筑面积, contract",
    "applicability": "handed_in('licence')",
    "requirement": "form.building_area <= param.largest_area",
    "exception": "has(form.supervisor_name)",
    "outcome": "1",
    "severity": "2",
    "cites": "building-law#8.1.2",
    "remedy": "请更正{面积}。",
}
RULE = "fitness/area_limit.yaml"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a small folder of rules that may be added to."""
    return Path(shutil.copytree(SMALL, tmp_path / "content"))


def answered(pipeline: "FakePipeline", content: Path, **changes: str | None) -> int:
    """Run `rules new` on a file of answers."""
    file = content.parent / "answers.yaml"
    given = {name: said for name, said in (ANSWERS | changes).items() if said is not None}
    file.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    arguments = ["rules", "new", "--answers", str(file), "--content", str(content)]
    return run(arguments, tools=pipeline.tools())


def test_answers_become_a_rule_that_loads(pipeline: "FakePipeline", content: Path) -> None:
    """Requirement, applicability, selection and exception stand where the language has them."""
    assert answered(pipeline, content) == ExitCode.CLEAR
    graph = load_graph(content)
    (rule,) = graph.rule_versions("fitness.area_limit")
    text = rule.text
    assert text.title.zh == "申请表的面积不超过上限"
    assert text.applies_when == "(handed_in('licence')) && !(has(form.supervisor_name))"
    assert text.needs == ["form.building_area", "contract"]
    assert (text.outcome, text.severity) == ("correct", "form")
    assert text.valid_from.isoformat() == "2019-04-23"
    assert rule.remedy.zh.parts == ("请更正{面积}。",)
    errors = [one for one in lint(graph, content) if one.level is Level.ERROR]
    assert errors == []


def test_empty_examples_fail_until_they_are_filled(pipeline: "FakePipeline", content: Path) -> None:
    """What nobody filled in is unreadable: the passing and the failing example come out wrong."""
    answered(pipeline, content, applicability="", exception="")
    results = run_examples(load_graph(content), content)
    mine = [one for one in results if one.check == "fitness.area_limit"]
    assert [(one.expected, one.got) for one in mine] == [
        ("pass", "undetermined"), ("fail", "undetermined"), ("undetermined", "undetermined")
    ]  # fmt: skip
    cases = content / "cases" / "fitness.area_limit.yaml"
    text = cases.read_text(encoding="utf-8")
    head, good, bad, unsure = text.split("  - name:")
    good, bad = good.replace('"?"', "100"), bad.replace('"?"', "9000")
    filled = (head, good, bad, unsure)
    cases.write_text("  - name:".join(filled), encoding="utf-8")
    graph = load_graph(content)
    results = run_examples(graph, content)
    assert [one.problem for one in results if one.check == "fitness.area_limit"] == ["", "", ""]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"item": "permit"}, "item: 没有事项"),
        ({"title": ""}, "title: 这一项不能空着"),
        ({"id": "area"}, "id: 编号以类别开头"),
        ({"id": "fitness.Area"}, "id: 编号只用小写字母"),
        ({"id": "codes.id"}, "id: 规则 codes.id 已经有了"),
        ({"selection": "fom"}, "selection: 没有材料'fom'; did you mean 'form'?"),
        ({"selection": "form.area"}, "selection: 申请表上没有字段'area'"),
        ({"selection": " , "}, "selection: 至少写一种材料"),
        ({"requirement": ""}, "requirement: 请写出必须成立的条件"),
        ({"requirement": "form.area"}, "第5个字符处：form has no 'area'"),
        ({"applicability": "form.building_area"}, "a condition was expected"),
        ({"outcome": "5"}, "outcome: 请填 1 到 4 的数字"),
        ({"cites": "building-law#9"}, "cites: 'building-law#9' cites an unknown clause"),
        ({"cites": "town-guide#1"}, "cites: 要求补正必须引用法律、法规或者规章"),
        ({"valid_from": "2010-01-01"}, "valid_from: 所引条款自 2019-04-23 起才都有效"),
        ({"valid_from": "soon"}, "valid_from: 日期写成"),
        ({"exceptoin": "x"}, "exceptoin: 没有这个问题; did you mean 'exception'?"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_written(
    pipeline: "FakePipeline",
    content: Path,
    changes: dict[str, str],
    words: str,
    capsys: Capture,
) -> None:
    """The fault names the question and what would do; the folder stays as it was."""
    assert answered(pipeline, content, **changes) == ExitCode.USAGE
    assert words in capsys.readouterr().err
    assert not (content / "rules" / RULE).exists()


def test_all_wrong_answers_are_told_at_once(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """A file with three faults gives three lines."""
    answered(pipeline, content, title="", requirement="tru", outcome="9", cites="a#1")
    error = capsys.readouterr().err
    assert [name in error for name in ("title: ", "requirement: ", "outcome: ", "cites: ")] == [
        True
    ] * 4


def test_a_file_that_is_there_is_not_written_over(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """An existing file stops the draft before anything is written."""
    (content / "cases" / "fitness.area_limit.yaml").write_text("[]", encoding="utf-8")
    assert answered(pipeline, content) == ExitCode.USAGE
    assert "已经有了，不覆盖" in capsys.readouterr().err
    assert not (content / "rules" / RULE).exists()


@pytest.mark.parametrize("text", ["[1]", "\xff", " " * 70_000, "a: ["])
def test_a_file_without_answers_is_refused(
    pipeline: "FakePipeline", content: Path, text: str, capsys: Capture
) -> None:
    """A list, bytes that are no text, too much text and broken YAML are told in a line."""
    file = content.parent / "answers.yaml"
    file.write_bytes(text.encode("latin-1"))
    arguments = ["rules", "new", "--answers", str(file), "--content", str(content)]
    assert run(arguments, tools=pipeline.tools()) in {ExitCode.USAGE, ExitCode.RULES}
    assert "answers.yaml" in capsys.readouterr().err


def typed(*answers: str) -> Callable[[str], str]:
    """Return a person who types these answers one after the other."""
    left: Iterator[str] = iter(answers)

    def ask(_: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    return ask


def test_a_wrong_answer_is_asked_again_at_once(content: Path) -> None:
    """On the terminal each fault is told and the same question comes again."""
    notes = Console(record=True, width=200, quiet=False, file=None)
    ask = typed(
        "", "面积不超过上限", "", "area", "fitness.area_limit", "?", "?form", "?fom",
        "form.building",
        "form.building_area", "", "form.building_area <= param.largest", "form.building_area < 9",
        "", "7", "4", "building-law#8", "", "请更正。",
    )  # fmt: skip
    new_rule(notes, answers=None, content=content, ask=ask)
    said = notes.export_text()
    assert "编号以类别开头" in said
    assert "form.building_area  建筑面积（area）" in said
    assert "没有字段'building'; did you mean 'building_area'?" in said
    assert "did you mean 'largest_area'?" in said
    assert "请填 1 到 4 的数字" in said
    assert "2. 可以容缺后补" in said
    (rule,) = load_graph(content).rule_versions("fitness.area_limit")
    assert (rule.text.outcome, rule.text.severity) == ("advice", "advice")
    assert rule.text.valid_from.isoformat() == "2011-01-01"


def test_breaking_off_leaves_nothing(content: Path) -> None:
    """Answers that end early write no file."""
    with pytest.raises(UsageError, match="没有答完"):
        new_rule(Console(quiet=True), answers=None, content=content, ask=typed("", "面积"))
    assert not (content / "rules" / "fitness").exists()


def test_a_folder_that_cannot_be_written_is_named(
    pipeline: "FakePipeline", content: Path, capsys: Capture
) -> None:
    """What was begun is taken away again."""
    (content / "rules" / "fitness").write_text("", encoding="utf-8")
    assert answered(pipeline, content) == ExitCode.USAGE
    assert "[not_writable]" in capsys.readouterr().err
    assert not (content / "cases" / "fitness.area_limit.yaml").exists()


def test_a_draft_that_no_longer_loads_is_taken_back(content: Path) -> None:
    """Where somebody else's file broke while the questions were answered, nothing is left."""
    ask = typed(
        "", "面积不超过上限", "", "fitness.area_limit", "form.building_area", "",
        "form.building_area < 9", "", "advice", "building-law#8", "", "请更正。",
    )  # fmt: skip

    def meanwhile(question: str) -> str:
        (content / "items" / "broken.yaml").write_text("id: [", encoding="utf-8")
        return ask(question)

    before = sorted(one for one in content.rglob("*.yaml") if one.name != "broken.yaml")
    with pytest.raises(UsageError, match=r"items/broken\.yaml"):
        new_rule(Console(quiet=True), answers=None, content=content, ask=meanwhile)
    after = sorted(one for one in content.rglob("*.yaml") if one.name != "broken.yaml")
    assert after == before


def test_a_rule_about_a_paper_alone_has_examples_without_entries(content: Path) -> None:
    """Of a paper that is only asked for there is nothing to fill in; a listed check stays so."""
    notes = Console(record=True, width=200, quiet=False, file=None)
    ask = typed(
        "", "应提交监理合同", "", "fitness.manager_busy", "contract", "",
        "handed_in('contract')", "", "advice", "building-law#8", "", "请补交。",
    )  # fmt: skip
    new_rule(notes, answers=None, content=content, ask=ask)
    assert "handed_in('contract')  是否提交了这种材料" in notes.export_text()
    (rule,) = load_graph(content).rule_versions("fitness.manager_busy")
    assert (rule.text.outcome, rule.text.severity) == ("advice", "advice")
    examples = (content / "cases" / "fitness.manager_busy.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(examples)["given"] == [{"contract": {}}]
    assert "change" not in examples.partition("examples:")[2]
    assert not (content / "checks").exists()


def test_a_rule_of_another_item_names_it(pipeline: "FakePipeline", content: Path) -> None:
    """Ids of other items carry the item, and the check is listed with its prefix."""
    item = (
        'id: land-permit\ntitle: {zh: 用地, en: land}\ncites: ["building-law#8"]\nconditions: []\n'
    )
    (content / "items" / "land.yaml").write_text(item, encoding="utf-8")
    wrong = {"item": "land-permit", "outcome": "3", "severity": None}
    assert answered(pipeline, content, **wrong) == ExitCode.USAGE
    right = wrong | {"id": "fitness.land-permit.area_limit"}
    assert answered(pipeline, content, **right) == ExitCode.CLEAR
    graph = load_graph(content)
    (rule,) = graph.rule_versions("fitness.land-permit.area_limit")
    assert (rule.text.item, rule.text.outcome, rule.text.severity) == (
        "land-permit", "commitment", "form"
    )  # fmt: skip
    assert graph.checks["land-permit"] == ("fitness.land-permit.area_limit",)
