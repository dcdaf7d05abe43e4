"""Wrong edits beyond those of test_loading: each is named with file, line and what to do."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules_kg import Fault, RulesFault, lint, load_graph

SMALL = Path(__file__).parents[2] / "rules" / "small"
RULES, LAW = "rules/all.yaml", "regulations/law.yaml"
PLACES, VALUES, ITEMS = "jurisdictions/places.yaml", "parameters/values.yaml", "items/more.yaml"
MORE = """\
- id: land-permit
  title: {zh: 用地许可, en: land permit}
  cites: ["building-law#8"]
  conditions: []
  stage: 1
  authority: bureau
  yields: licence
  needed_when: project.area > 3
- id: fire-review
  title: {zh: 消防审查, en: fire review}
  cites: ["building-law#8"]
  conditions: []
  stage: 2
  after: [land-permit]
  materials:
    - {kind: form, cites: ["building-law#8"], substitutes: [contract]}
"""
ATTRIBUTES = """\
- {id: area, title: {zh: 面积, en: area}, type: area}
- {id: use, title: {zh: 用途, en: use}, type: text, choices: {housing: {zh: 住宅, en: housing}}}
"""
AUTHORITY = 'id: bureau\ntitle: {zh: 用地局, en: bureau}\ncites: ["building-law#8"]\n'
CLAUSE = '- {id: "8", article: 8, summary: {zh: 六项条件。, en: Six conditions.}, verified: true}'
REMEDY = "{zh: 请更正。, en: Correct it.}"
HANDED = "check: handed_in('contract')"


@dataclass(frozen=True)
class Wrong:
    """An edit, and what the message about it has to say."""

    file: str
    old: str
    new: str
    line: str
    """A part of the line that the message points to, after the edit."""
    problem: str
    mend: str


WRONG = {
    "duplicate key": Wrong(
        RULES, "  outcome: advice\n", "  outcome: advice\n  outcome: correct\n",
        "outcome: correct", "'outcome' occurs twice", "keep one of them"),
    "tab": Wrong(
        RULES, "  outcome: advice\n", "\toutcome: advice\n",
        "\toutcome", "tab character", "indent with blanks"),
    "indented too far": Wrong(
        RULES, "  outcome: advice\n", "    outcome: advice\n",
        "outcome: advice", "not valid YAML", "indent the keys of a record alike"),
    "indented too little": Wrong(
        RULES, "  outcome: advice\n", " outcome: advice\n",
        "outcome: advice", "not valid YAML", "indent the keys of a record alike"),
    "wide colon": Wrong(
        RULES, "- id: codes.id", "- id：codes.id",
        "version: 1", "not valid YAML", "write a plain colon"),
    "comma in a text": Wrong(
        RULES, REMEDY, "{zh: 请更正, 或者补交。, en: Correct it.}",
        "或者补交", "unknown key remedy.或者补交", "put quotes around it"),
    "colon in a text": Wrong(
        RULES, REMEDY, "{zh: 请更正: 面积, en: Correct it.}",
        "请更正: 面积", "not valid YAML", "put quotes around a text"),
    "open quote": Wrong(
        RULES, REMEDY, "{zh: '请更正。, en: Correct it.}",
        "", "not valid YAML", "close"),
    "comma in a number": Wrong(
        VALUES, "value: 2000.5", "value: 2,000.5",
        "2,000.5", "unknown key values.1.000.5", "put quotes around it"),
    "unit behind a number": Wrong(
        VALUES, "value: 2000.5", "value: 2000平方米",
        "2000平方米", "is no area", "write the number alone"),
    "mapping for a value": Wrong(
        VALUES, "value: 2000.5", "value: {largest: 2000.5}",
        "largest: 2000.5", "values.1.value: a plain value was expected", "such as 3"),
    "numbers in a list of texts": Wrong(
        VALUES, "value: 2000.5", "value: [1, 2]",
        "value: [1, 2]", "values.1.value: a plain value was expected", "a text in quotes"),
    "list in a row": Wrong(
        VALUES, "max_floors: 10", "max_floors: [10]",
        "[10]", "rows.1.max_floors: a plain value was expected", "such as 3"),
    "missing translation": Wrong(
        RULES, "{zh: 应提交监理合同, en: a contract is handed in}", "{zh: 应提交监理合同}",
        "应提交监理合同", "title.en is missing", "add it"),
    "one language": Wrong(
        RULES, f"remedy: {REMEDY}", "remedy: 请更正。",
        "remedy: 请更正", "both languages", "write {zh: …, en: …}"),
    "day with strokes": Wrong(
        RULES, "valid_from: 2019-04-23", "valid_from: 2019/04/23",
        "2019/04/23", "a day was expected", "written 2025-01-01"),
    "version in words": Wrong(
        RULES, "version: 2", "version: two",
        "version: two", "a whole number was expected", "such as 1"),
    "capital letters in an id": Wrong(
        RULES, "- id: codes.id", "- id: Codes.ID",
        "Codes.ID", "not a valid id", "write lower-case letters"),
    "one citation that is no list": Wrong(
        RULES, 'cites: ["building-law#8.1.2"]', 'cites: "building-law#8.1.2"',
        "building-law#8.1.2", "a list was expected", "write [a, b]"),
    "sign that begins a comment": Wrong(
        RULES, 'cites: ["building-law#8.1.2"]', "cites: [building-law #8.1.2]",
        "valid_from", "not valid YAML", "put quotes around an entry with #"),
    "reference to nothing": Wrong(
        RULES, 'cites: ["building-law#8.1.2"]', "cites: *law",
        "*law", "names nothing above it", "put quotes around a text with *"),
    "endless brackets": Wrong(
        RULES, HANDED, f"check: {'(' * 200}true{')' * 200}",
        "((((", "nested deeper than 40 levels", "take brackets out"),
    "endless lists": Wrong(
        RULES, 'cites: ["building-law#8.1.2"]', f"cites: {'[' * 60}{']' * 60}",
        "[[[[", "nested deeper than 40 levels", "take brackets out"),
    "empty condition": Wrong(
        RULES, HANDED, 'check: ""', 'check: ""', "where nothing stands", "write one"),
    "no condition": Wrong(
        RULES, HANDED, "check: form.building_area",
        "check: form.building_area", "this is area", "compare it with something"),
    "one equals sign": Wrong(
        RULES, "form.building_area <= param", "form.building_area = param",
        "building_area = ", "'=' means nothing here", "write =="),
    "mathematical sign": Wrong(
        RULES, "form.building_area <= param", "form.building_area ≤ param",
        "≤", "'≤' means nothing here", "write <="),
    "wide brackets": Wrong(
        RULES, HANDED, "check: handed_in（'contract'）",
        "（", "'（' means nothing here", "write ("),
    "words for signs": Wrong(
        RULES, HANDED, f"{HANDED} and true",
        "and true", "where 'and' stands", "write &&"),
    "open bracket": Wrong(
        RULES, HANDED, "check: handed_in('contract'",
        "handed_in", "the expression ends", "')' was expected"),
    "open text": Wrong(
        RULES, HANDED, "check: \"handed_in('contract\"",
        "handed_in", "no closing quote", "end it with '"),
    "text against number": Wrong(
        RULES, "form.building_area <= param.largest_area", "form.supervisor_name == 3",
        "supervisor_name == 3", "text == integer makes no sense", "write a text in quotes"),
    "day as text": Wrong(
        RULES, "form.building_area <= param.largest_area", "today <= '2025-01-01'",
        "today <=", "date <= text makes no sense", "write a day as date('2025-01-01')"),
    "the project in a rule": Wrong(
        RULES, "form.building_area <= param", "project.area <= param",
        "project.area", "unknown name 'project'", "a rule has case.attributes"),
    "superseded before recorded": Wrong(
        RULES, "recorded_at: 2026-11-22", "recorded_at: 2026-11-22\n  superseded_at: 2026-11-01",
        "superseded_at: 2026-11-01", "superseded_at must be later", "recorded_at (2026-11-22)"),
    "clause superseded before recorded": Wrong(
        LAW, CLAUSE, CLAUSE.replace("}\n", "")[:-1]
        + ", recorded_at: 2026-02-01, superseded_at: 2026-01-01}",
        "2026-01-01", "superseded_at must be later", "recorded_at (2026-02-01)"),
    "value superseded before recorded": Wrong(
        VALUES, "value: 2000.5", "value: 2000.5, recorded_at: 2026-02-01,"
        " superseded_at: 2026-01-01",
        "2026-01-01", "superseded_at must be later", "recorded_at (2026-02-01)"),
    "two clauses known together": Wrong(
        LAW, CLAUSE, f"{CLAUSE[:-1]}, recorded_at: 2026-02-01}}\n      {CLAUSE}",
        "clauses:", "clause '8' occurs twice", "superseded_at if the other corrects it"),
    "two overlays on one day": Wrong(
        PLACES, "  overlays:\n",
        "  overlays:\n    - {rule: agreement.building_area, valid_from: 2023-01-01,"
        " severity: form}\n",
        "2022-01-01", "two overlays of agreement.building_area", "give one a valid_until"),
    "item after itself": Wrong(
        ITEMS, "  yields: licence\n", "  yields: licence\n  after: [fire-review]\n",
        "after: [", "land-permit after fire-review after land-permit", "take one of them out"),
    "item before its stage": Wrong(
        ITEMS, "  stage: 1\n", "  stage: 3\n",
        "after: [land-permit]", "is of stage 2 and comes after 'land-permit' of stage 3",
        "change one of the stages"),
    "unknown authority": Wrong(
        ITEMS, "authority: bureau", "authority: buro",
        "buro", "unknown authority 'buro'", "did you mean 'bureau'"),
    "unknown item before": Wrong(
        ITEMS, "after: [land-permit]", "after: [land-permits]",
        "land-permits", "unknown item 'land-permits'", "did you mean 'land-permit'"),
    "unknown kind granted": Wrong(
        ITEMS, "yields: licence", "yields: license",
        "license", "unknown kind 'license'", "did you mean 'licence'"),
    "unknown substitute": Wrong(
        ITEMS, "substitutes: [contract]", "substitutes: [contracts]",
        "contracts", "unknown kind 'contracts'", "did you mean 'contract'"),
    "unknown attribute": Wrong(
        ITEMS, "project.area > 3", "project.aera > 3",
        "project.aera", "project has no 'aera'", "did you mean 'area'"),
    "attribute of another type": Wrong(
        ITEMS, "project.area > 3", "project.use > 3",
        "project.use", "text > integer makes no sense", "write a text in quotes"),
    "unknown choice": Wrong(
        ITEMS, "project.area > 3", "project.use in ['housing', 'house']",
        "'house'", "'house' is no choice", "did you mean 'housing'"),
    "a paper in needed_when": Wrong(
        ITEMS, "project.area > 3", "form.building_area > 3",
        "form.building_area", "unknown name 'form'", "there are param and project"),
    "choices of a number": Wrong(
        "attributes.yaml", "type: area}", "type: area, choices: {}}",
        "choices: {}", "only a text has choices", "make it a text"),
    "unknown law to carry out": Wrong(
        LAW, "level: law", "level: law\nimplements: [town-guid]",
        "town-guid", "implements an unknown regulation", "did you mean 'town-guide'"),
}  # fmt: skip


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a folder of rules with every sort of record."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "content"))
    (folder / ITEMS).write_text(MORE, encoding="utf-8")
    (folder / "attributes.yaml").write_text(ATTRIBUTES, encoding="utf-8")
    (folder / "authorities").mkdir(exist_ok=True)
    (folder / "authorities" / "bureau.yaml").write_text(AUTHORITY, encoding="utf-8")
    return folder


def _edit(content: Path, wrong: Wrong) -> None:
    path = content / wrong.file
    text = path.read_text(encoding="utf-8")
    assert wrong.old in text
    path.write_text(text.replace(wrong.old, wrong.new, 1), encoding="utf-8")


def _faults(content: Path) -> tuple[Fault, ...]:
    with pytest.raises(RulesFault) as caught:
        load_graph(content)
    return caught.value.faults


def test_the_folder_is_right_before_it_is_edited(content: Path) -> None:
    """Without an edit everything loads."""
    assert set(load_graph(content).needed_when) == {"land-permit"}


@pytest.mark.parametrize(
    "condition", ["project.use == project.former", "project.use in ['housing', project.former]"]
)
def test_one_attribute_may_be_compared_with_another(content: Path, condition: str) -> None:
    """Only texts written out are held against an attribute's choices."""
    former = "- {id: former, title: {zh: 原用途, en: former use}, type: text}\n"
    (content / "attributes.yaml").write_text(ATTRIBUTES + former, encoding="utf-8")
    _edit(content, Wrong(ITEMS, "project.area > 3", condition, "", "", ""))
    assert load_graph(content).needed_when["land-permit"].text == condition


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_wrong_edit_names_file_line_and_mend(content: Path, wrong: Wrong) -> None:
    """The first fault is of the edited file and line, and says what is wrong and what to do."""
    _edit(content, wrong)
    faults = _faults(content)
    assert {one.file for one in faults} == {wrong.file}, [str(one) for one in faults]
    assert len({str(one) for one in faults}) == len(faults), "told twice"
    fault = next(one for one in faults if wrong.problem in one.message)
    lines = (content / wrong.file).read_text(encoding="utf-8").splitlines()
    assert wrong.line in lines[fault.line - 1]
    assert wrong.mend in fault.message


def test_wrong_edits_in_several_files_come_at_once(content: Path) -> None:
    """One fault of each file is told, and none that only follows from another."""
    names = (
        "one equals sign", "unknown authority", "unit behind a number",
        "unknown law to carry out", "choices of a number", "two overlays on one day",
    )  # fmt: skip
    for name in names:
        _edit(content, WRONG[name])
    faults = _faults(content)
    assert len(faults) == len(names)
    assert {one.file for one in faults} == {WRONG[name].file for name in names}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("regulations/law.yaml", "id: ["),
        ("rules/all.yaml", "- id: ["),
        ("parameters/values.yaml", "- id: ["),
        ("jurisdictions/places.yaml", "- id: ["),
        ("authorities/bureau.yaml", "id: ["),
        ("attributes.yaml", "- id: ["),
        ("regulations/law.yaml", "id: building-law\n"),
        ("authorities/bureau.yaml", "id: bureau\n"),
    ],
)
def test_what_rests_on_a_broken_file_is_not_blamed(content: Path, file: str, text: str) -> None:
    """A file that cannot be read is named; what refers to it is not."""
    (content / file).write_text(text, encoding="utf-8")
    assert {one.file for one in _faults(content)} == {file}


@pytest.mark.parametrize(
    ("file", "old", "new", "problem", "mend"),
    [
        (RULES, 'cites: ["building-law#8.1.2"]', "cites: []", "cites nothing", "name a clause"),
        (RULES, "valid_from: 2019-04-23", "valid_from: 2010-04-23", "not in force on 2010-04-23",
         "move valid_from"),
        ("cases/codes.id.yaml", "expect: fail", "expect: failed", "examples.1.expect",
         "did you mean 'fail'"),
        ("cases/codes.id.yaml", "expect: fail", "expect: pass", "no example that is fail",
         "add it to cases/codes.id.yaml"),
    ],
)  # fmt: skip
def test_lint_says_what_to_do(
    content: Path, file: str, old: str, new: str, problem: str, mend: str
) -> None:
    """What loads and still lacks something is named with its mend, too."""
    _edit(content, Wrong(file, old, new, "", problem, mend))
    found = [str(one) for one in lint(load_graph(content), content) if problem in str(one)]
    assert found
    assert mend in found[0]
