"""Whole cases: what is planted is reported, and a clean case is clean."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from corpus.faces import faces_installed
from corpus.faults import DROPPED, fault_ids, plant
from corpus.making import CasePlan, families, make_case
from corpus.scene import Scene, UnplantableError
from corpus.values import fields_of, kind_names
from corpus.world import make_world

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")

NATIVE = {"native": 1.0}


def _scene(seed: int) -> Scene:
    import random  # noqa: PLC0415 (a scene's chance)

    from corpus.drafts import drafts_of  # noqa: PLC0415 (likewise)

    world = make_world(seed, large=True, tender=True)
    scene = Scene(world=world, rng=random.Random(seed), seed=str(seed))
    scene.drafts = drafts_of(world)
    return scene


@pytest.mark.parametrize("check", fault_ids())
def test_a_fault_reports_what_it_changes(check: str) -> None:
    """Each fault writes down one defect whose papers and fields are of the vocabulary."""
    scene, untouched = _scene(21), _scene(21)
    plant(scene, (check,))
    assert [defect.check for defect in scene.defects] == [check]
    for about in scene.defects[0].about:
        assert about.kind in kind_names()
        assert about.field is None or about.field in fields_of(about.kind)
    changed = scene.drafts != untouched.drafts
    assert changed or scene.after_print or scene.retouches


def test_every_check_of_the_list_has_a_fault() -> None:
    """Only the two checks that need other cases cannot be planted."""
    import yaml  # noqa: PLC0415 (the list is data)

    root = Path(__file__).parents[3] / "rules_kg" / "content" / "checks.yaml"
    checks = yaml.safe_load(root.read_text(encoding="utf-8"))
    wanted = {f"completeness.{kind}" for kind in DROPPED}
    wanted |= {
        key for group in checks.values() if isinstance(group, dict) for key in group if "." in key
    }
    wanted |= {
        f"completeness.{key}" for key in ("blank_field", "illegible", "wrong_kind", "page_missing")
    }
    assert wanted - set(fault_ids()) == {"fitness.manager_busy", "authenticity.duplicate"}


def test_two_faults_do_not_spoil_each_other() -> None:
    """A second fault chooses another paper, or says that none is free."""
    scene = _scene(5)
    plant(scene, ("completeness.funds-commitment",))
    with pytest.raises(UnplantableError):
        plant(scene, ("fitness.funds",))


def test_a_case_is_written_with_its_answer_key(tmp_path: Path) -> None:
    """Files, pages and defects of the folder are those of truth.json; the same seed repeats it."""
    plan = CasePlan(seed=31, faults=("agreement.price_form",), channels=NATIVE, declaration=True)
    make_case(tmp_path / "one", plan)
    make_case(tmp_path / "two", plan)
    truth = json.loads((tmp_path / "one" / "truth.json").read_text(encoding="utf-8"))
    for file in truth["files"]:
        data = (tmp_path / "one" / file["path"]).read_bytes()
        assert data == (tmp_path / "two" / file["path"]).read_bytes()
        with pikepdf.open(tmp_path / "one" / file["path"]) as pdf:
            assert len(pdf.pages) == file["pages"]
        assert file["pages"] == sum(len(one["pages"]) for one in file["materials"])
    assert [one["check"] for one in truth["expected_findings"]] == ["agreement.price_form"]
    form = next(
        one
        for file in truth["files"]
        for one in file["materials"]
        if one["kind"] == "application-form"
    )
    price = make_world(31).works.price
    assert form["fields"]["contract_price"]["normalised"] != f"{price.normalize():f}"
    assert (tmp_path / "one" / "case.json").is_file()


def test_layouts_can_be_asked_for(tmp_path: Path) -> None:
    """A case in chosen families uses them for every kind that has them."""
    truth = make_case(tmp_path, CasePlan(seed=2, layouts=frozenset({"form"}), channels=NATIVE))
    for file in truth.files:
        for bound in file.bound:
            paper = bound.paper
            assert paper.family == "form" or "form" not in families(paper.kind)


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    """A check that is not known is an error that names it."""
    with pytest.raises(UnplantableError, match=r"no\.such"):
        make_case(tmp_path, CasePlan(seed=1, faults=("no.such",), channels=NATIVE))
