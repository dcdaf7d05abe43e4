"""The content folder becomes a graph, or all its faults at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_kg import Fault, Level, RulesFault, load_graph

SMALL = Path(__file__).parents[2] / "rules" / "small"
Edit = Callable[[str, str, str], Path]


def _faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(RulesFault) as caught:
        load_graph(folder)
    return caught.value.faults


RULES = "rules/all.yaml"
WRONG_EDITS = [
    (RULES, "check: agree(", "check: agre(", "unknown function 'agre'; did you mean 'agree'?"),
    (RULES, "p.supervisor_name)", "p.supervisr_name)", "did you mean 'supervisor_name'"),
    (RULES, "form.building_area <= param", "form.building_area <= ", "a value was expected"),
    (RULES, "form.building_area <=", "form.contract_price <=", "money <= area makes no sense"),
    (RULES, "form.building_area <= param.largest_area", "form.building_area", "is area"),
    (RULES, "{form.building_area}平", "{form.building}平", "form has no 'building'"),
    (RULES, "{where}。", "{where。", "{ without }"),
    (RULES, 'cites: ["building-law#8.1.2"]', 'cites: ["building-law#9"]', "unknown clause"),
    (RULES, 'cites: ["building-law#8.1.2"]', 'cites: ["bulding-law#8"]', "building-law"),
    (RULES, 'cites: ["building-law#8.1.2"]', 'cites: ["building-law"]', "not of the form"),
    (RULES, 'cites: ["building-law#8.1.2"]', 'cites: ["building-law@2000-01-01#8"]', "a version"),
    (RULES, "valid_until: 2024-06-01", "valid_until: 2010-06-01", "later than valid_from"),
    (RULES, "valid_until: 2024-06-01", "valid_until: 2025-06-01", "overlaps version 1"),
    (RULES, "  version: 2", "  version: 1", "version 1 occurs twice"),
    (RULES, "outcome: advice", "outcome: advise", "outcome: input should be"),
    (RULES, "needs: [form.supervisor_name,", "needs: [form.superviser_name,", "has no field"),
    (RULES, "needs: [form.supervisor_name,", "needs: [from,", "unknown kind 'from'"),
    (RULES, "repeats: [completeness.contract]", "repeats: [completenes.contract]", "did you mean"),
    (RULES, "repeats: [completeness.contract]", "repeats: [agreement.supervisor_name]", "circle"),
    (RULES, "severity: advice", "severty: advice", "did you mean 'severity'"),
    (RULES, "recorded_at: 2026-11-22", "recorded_at: 2026-11-32", "no such day"),
    (RULES, "{form: {}, licence:", "{forms: {}, licence:", "unknown kind 'forms'"),
    (RULES, "{form: {}, licence:", "{form: 1, licence:", "not a mapping"),
    (RULES, "{kind: {form: {}, licence: {severity: substance}}}", "{kind: [[form]]}", "unknown"),
    (RULES, "for: {kind: {form: {}, licence: {severity: substance}}}", "for: 3", "for takes"),
    ("regulations/law.yaml", "level: law", "level: lore", "level: input should be"),
    ("regulations/law.yaml", "valid_until: 2019-04-23", "valid_until: 2020-01-01", "overlap"),
    ("regulations/law.yaml", "valid_until: 2019-04-23", "valid_until: 2010-01-01", "later than"),
    ("regulations/law.yaml", "amends: 2011-01-01", "amends: 2012-01-01", "which is no version"),
    ("regulations/law.yaml", "amends: 2011-01-01", "repeals: [old]", "unknown regulation 'old'"),
    ("regulations/law.yaml", '- id: "8.1.2"', '- id: "8"', "occurs twice in version"),
    ("regulations/law.yaml", "version: 2019-04-23", "version: 2011-01-01", "have one date"),
    ("regulations/guide.yaml", "id: town-guide", "id: building-law", "is defined already"),
    ("items/permit.yaml", "evidenced_by: [licence]", "evidenced_by: [licens]", "'licence'"),
    ("jurisdictions/places.yaml", "parent: cn", "parent: chn", "unknown parent"),
    ("jurisdictions/places.yaml", "parent: cn", "parent: town", "lies in itself"),
    ("jurisdictions/places.yaml", "  parent: cn\n", "", "parent is missing"),
    ("jurisdictions/places.yaml", "- id: cn", "- id: country", "there is no cn"),
    ("jurisdictions/places.yaml", "rule: agreement.building_area", "rule: agreement.area",
     "unknown rule"),
    ("jurisdictions/places.yaml", "valid_from: 2022-01-01",
     "valid_from: 2022-01-01\n      valid_until: 2021-01-01", "later than"),
    ("jurisdictions/places.yaml", "{form.building_area} as", "{form.area} as", "has no 'area'"),
    ("parameters/values.yaml", "value: 2000.5", "value: much", "'much' is no area"),
    ("parameters/values.yaml", "from: 2024-01-01", "from: 1999-01-01", "oldest first"),
    ("parameters/values.yaml", "max_floors: 10", "max_floor: 10", "did you mean 'max_floors'"),
    ("parameters/values.yaml", "max_floors: 10", "max_floors: 1.5", "is no integer"),
    ("parameters/values.yaml", "jurisdiction: town", "jurisdiction: cn", "set twice"),
    ("parameters/values.yaml", "type: table", "type: list", "a table declares columns"),
    ("parameters/values.yaml", "    - from: 2000-01-01\n      rows:",
     "    - {from: 1999-01-01, value: 1}\n    - from: 2000-01-01\n      rows:", "a table has rows"),
    ("parameters/values.yaml", "area\n  jurisdiction", "money\n  jurisdiction", "differ from"),
    ("vocabulary.yaml", "{type: area, zh: 建筑面积}", "{type: aera, zh: 建筑面积}", "'area'"),
    ("kinds.yaml", "holder_name, qualification", "holder_nam, qualification", "'holder_name'"),
    ("kinds.yaml", "  licence:", "  license:", "'licence'"),
    ("checks.yaml", "item: construction-permit", "", "names an item"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), WRONG_EDITS)
def test_wrong_edit_is_named(edited: Edit, file: str, old: str, new: str, words: str) -> None:
    """A wrong edit gives a message that names the file and says what is wrong."""
    faults = _faults(edited(file, old, new))
    matching = [fault for fault in faults if words in str(fault)]
    assert matching, [str(fault) for fault in faults]
    assert matching[0].file.startswith(file.rsplit("/", 1)[0].split(".", maxsplit=1)[0])
    assert all(fault.level is Level.ERROR for fault in faults)


def test_fault_names_rule_line_and_column(edited: Edit) -> None:
    """A fault inside an expression is located to the character."""
    folder = edited(RULES, "form.building_area <= param.largest_area",
                    "form.building_aera <= param.largest_area")  # fmt: skip
    (fault,) = _faults(folder)
    line = (folder / RULES).read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert fault.subject == "agreement.building_area"
    assert line[fault.column - 1 :].startswith(".building_aera")
    assert str(fault).startswith(f"{RULES}:{fault.line}:{fault.column}: agreement.building_area: ")


def test_all_faults_come_at_once(edited: Edit) -> None:
    """One wrong file does not hide another."""
    folder = edited(RULES, "form.building_area <=", "form.building_aera <=")
    (folder / "regulations" / "broken.yaml").write_text("a: [", encoding="utf-8")
    (folder / "parameters" / "empty.yaml").write_text("", encoding="utf-8")
    files = {fault.file for fault in _faults(folder)}
    assert files == {RULES, "regulations/broken.yaml", "parameters/empty.yaml"}


def test_missing_keys_are_all_named(edited: Edit) -> None:
    """A record lacking several keys names each of them."""
    folder = edited("rules/all.yaml", "- id: codes.id\n  version: 1\n", "- id: codes.id\n")
    (fault,) = [one for one in _faults(folder) if one.code == "schema"]
    assert (fault.subject, fault.message) == ("codes.id", "version is missing; add it")


def test_file_that_is_no_text_is_named(edited: Edit) -> None:
    """Bytes that are not UTF-8, and a file far too large, are faults of that file."""
    folder = edited(RULES, "id: codes.id", "id: codes.id")
    (folder / "items" / "bytes.yaml").write_bytes(b"\xff\xfe\xfa")
    (folder / "items" / "large.yaml").write_bytes(b"#" * 4_000_001)
    messages = " ".join(str(fault) for fault in _faults(folder))
    assert "items/bytes.yaml: cannot be read" in messages
    assert "items/large.yaml: larger than 4 MB" in messages


def test_missing_vocabulary_is_a_fault(tmp_path: Path) -> None:
    """An empty folder is no graph."""
    assert "vocabulary.yaml" in str(_faults(tmp_path)[0])


def _blocks() -> st.SearchStrategy[object]:
    leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.dates())
    keys = st.sampled_from(["id", "version", "check", "values", "from", "rows", "for", "kind"])
    return st.recursive(
        leaf,
        lambda part: st.one_of(
            st.lists(part, max_size=4), st.dictionaries(st.one_of(keys, st.text(max_size=4)), part)
        ),
        max_leaves=12,
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    block=_blocks(),
    folder=st.sampled_from(["rules", "items", "regulations", "parameters", "jurisdictions"]),
)
def test_loader_raises_its_own_fault_on_any_yaml(
    tmp_path_factory: pytest.TempPathFactory, block: object, folder: str
) -> None:
    """Whatever a file holds, loading gives a graph or a RulesFault."""
    import yaml  # noqa: PLC0415 - only to write what is to be read

    root = tmp_path_factory.mktemp("any") / "content"
    shutil.copytree(SMALL, root)
    text = yaml.safe_dump(block, allow_unicode=True)
    (root / folder / "any.yaml").write_text(text, encoding="utf-8")
    try:
        load_graph(root)
    except RulesFault as fault:
        assert all(one.file for one in fault.faults)  # noqa: PT017 - either way is right
    finally:
        shutil.rmtree(root)


def test_digest_follows_content_and_not_layout(edited: Edit, tmp_path: Path) -> None:
    """The digest changes with a rule, and neither with examples nor with line ends."""
    digest = load_graph(SMALL).digest
    same = tmp_path / "same"
    shutil.copytree(SMALL, same)
    (same / "cases" / "codes.id.yaml").unlink()
    rules = same / RULES
    rules.write_bytes(rules.read_bytes().replace(b"\n", b"\r\n"))
    assert load_graph(same).digest == digest
    assert load_graph(edited(RULES, "outcome: advice", "outcome: correct")).digest != digest


def test_rule_files_may_stand_in_any_order(tmp_path: Path) -> None:
    """Rules come in the order of ids, however their files are named and cut."""
    folder = tmp_path / "content"
    shutil.copytree(SMALL, folder)
    text = (folder / RULES).read_text(encoding="utf-8")
    parts = re.split(r"(?m)^(?=- id)", text)[1:]
    (folder / RULES).unlink()
    for number, part in enumerate(reversed(parts)):
        (folder / "rules" / f"{number}.yaml").write_text(part, encoding="utf-8")
    keys = [(rule.key, rule.text.outcome) for rule in load_graph(folder).rules]
    assert keys == [(rule.key, rule.text.outcome) for rule in load_graph(SMALL).rules]
