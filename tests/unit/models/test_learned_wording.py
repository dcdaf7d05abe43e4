"""The model of words is learned from papers, and what it says of unseen ones is laid out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.grammar import grammar_families
from models.understanding.papers import ReadPaper
from preaudit.classify.classifier import open_classifier
from preaudit.classify.fusing import FILE, Fusing
from preaudit.classify.wording import WEIGHTS, WordingModel, open_wording
from preaudit.document import Document, Line, Origin, Page, Quality
from preaudit.errors import WeightsError
from preaudit.geometry import Box
from preaudit.settings import Settings
from preaudit.sheet import MediaType, Source

pytest.importorskip("sklearn", reason="training libraries are not installed (make train)")

from models.kinds.making import save_fusing, seen_pages
from models.kinds.training import Recipe, train_wording
from models.understanding.crossing import words_of_fold
from models.understanding.folds import FOLDS, fold_of

KINDS = ("award-notice", "other", "safety-licence")
TITLES = {"award-notice": "中标结果", "safety-licence": "安全许可", "other": "会议纪要"}
BODIES = {
    "award-notice": "中标价与工期",
    "safety-licence": "许可范围及有效期",
    "other": "参会人员签到",
}
FUSING = Fusing(
    kinds=(1.0, 2.0, 1.0, 0.0, 0.0),
    begins=(1.0, 1.0, *(0.0,) * 32),
    begins_bias=0.0,
    settled_from=0.6,
    other_from=0.6,
)


def a_page(*rows: str, title: str = "", number: int = 1) -> Page:
    """A page of rows, under a large title if there is one."""
    lines = []
    for at, text in enumerate((title, *rows)):
        size = 1.6 if at == 0 else 1.0
        top = 0.1 + 0.05 * at
        edges = tuple(0.1 + 0.02 * size * n for n in range(len(text) + 1))
        box = Box(page=number, left=0.1, top=top, right=edges[-1], bottom=top + 0.015 * size)
        line = Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)
        lines += [line] if text else []
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(
        number=number, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality
    )


def a_paper(kind: str, *, family: str = "g-grid", pages: int = 2) -> ReadPaper:
    """A paper of a titled page and others with what goes on."""
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=pages
    )
    first = a_page(BODIES[kind], "盖章处", title=TITLES[kind])
    later = [a_page(f"续上页之{BODIES[kind]}", number=2 + at) for at in range(pages - 1)]
    return ReadPaper(
        kind=kind, family=family, channel="native", seed=1,
        document=Document(source=source, pages=(first, *later)), values=(), unprinted=frozenset(),
    )  # fmt: skip


PAPERS = [a_paper(kind) for _ in range(4) for kind in KINDS]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WordingModel]:
    """A model that was taught three kinds of paper, and where it lies."""
    folder = tmp_path_factory.mktemp("wording")
    return folder, train_wording(PAPERS, KINDS, Recipe(), folder)


def best(kinds: dict[str, float]) -> str:
    """The likeliest kind."""
    return max(kinds, key=lambda kind: kinds[kind])


def test_kinds_and_beginnings_are_learned(trained: tuple[Path, WordingModel]) -> None:
    """Words of a kind tell it with and without its title, and first pages from later ones."""
    _, model = trained
    for kind in KINDS:
        titled = a_page(BODIES[kind], "盖章处", title=TITLES[kind])
        untitled = a_page(BODIES[kind], "盖章处")
        assert best(model.say(titled).kinds) == best(model.say(untitled).kinds) == kind
        assert model.say(titled).begins > 0.5 > model.say(a_page("续上页之" + BODIES[kind])).begins


def test_training_twice_gives_the_same(trained: tuple[Path, WordingModel], tmp_path: Path) -> None:
    """The recipe and the papers make the weights."""
    folder, _ = trained
    train_wording(PAPERS, KINDS, Recipe(), tmp_path)

    page = a_page(BODIES["other"], title=TITLES["award-notice"])
    assert open_wording(tmp_path).say(page) == open_wording(folder).say(page)


def test_rare_runs_are_left_out(tmp_path: Path) -> None:
    """What stands on too few pages is no word, whatever it would tell."""
    odd = a_paper("other")
    page = a_page("罕见之语", title=TITLES["other"])
    papers = [*PAPERS, ReadPaper(
        kind="other", family="g-grid", channel="native", seed=2,
        document=Document(source=odd.document.source, pages=(page,)), values=(),
        unprinted=frozenset(),
    )]  # fmt: skip
    model = train_wording(papers, KINDS, Recipe(untitled_share=0.0), tmp_path)

    assert model.say(a_page("罕见之语")) == model.say(a_page("从未见过"))


def test_a_fold_is_read_by_a_model_that_never_saw_it(tmp_path: Path) -> None:
    """Words of the families of one fold are unknown to the model of that fold alone."""
    drawn = grammar_families("award-notice")
    families = {fold_of("award-notice", family): family for family in drawn}
    assert set(families) == set(range(FOLDS))
    papers = [
        a_paper(kind, family=family)
        for family in families.values()
        for kind in KINDS
        for _ in range(2)
    ]
    for fold in range(FOLDS):
        own = [one for one in papers if fold_of(one.kind, one.family) == fold]
        seen = words_of_fold(papers, fold, KINDS, Recipe(untitled_share=0.0), tmp_path / str(fold))
        assert sum(page.begins for page in seen) == len(own)
        others = [one for one in papers if one not in own]
        alone = train_wording(others, KINDS, Recipe(untitled_share=0.0), tmp_path / "alone")
        page = own[0].document.pages[0]
        assert open_wording(tmp_path / str(fold)).say(page) == alone.say(page)


def test_pages_are_seen_as_files_of_several_papers(trained: tuple[Path, WordingModel]) -> None:
    """Each page has its truth: its kind, whether it begins, and what stood before it."""
    _, model = trained
    papers = [a_paper(kind) for kind in KINDS]
    seen = seen_pages(papers, model, file_papers=2)

    assert [one.begins for one in seen] == [True, False] * 3
    first_of_file = [one.meeting is None for one in seen]
    assert first_of_file == [True, False, False, False, True, False]
    assert [one.before is None for one in seen] == first_of_file
    assert sorted(one.kind for one in seen if one.begins) == list(KINDS)
    for first, later in zip(seen[::2], seen[1::2], strict=True):
        assert first.kind == later.kind
        assert later.before == first.shown
    assert not any(one.empty for one in seen)


def test_papers_are_bound_in_another_order_but_the_same_each_time(
    trained: tuple[Path, WordingModel],
) -> None:
    """Papers that are made kind by kind come mixed, and training twice sees the same files."""
    _, model = trained
    papers = [a_paper(kind, pages=1) for kind in KINDS for _ in range(8)]
    kinds = [one.kind for one in seen_pages(papers, model)]

    assert kinds != sorted(kinds)
    assert sorted(kinds) == [paper.kind for paper in papers]
    assert kinds == [one.kind for one in seen_pages(papers, model)]


def test_covers_are_seen(trained: tuple[Path, WordingModel]) -> None:
    """The page after the sparse first page of a contract follows a cover; a first page does not."""
    _, model = trained
    paper = a_paper("other")
    cover = a_page("工程名称：临江新苑", title="建设工程施工合同")
    pages = (cover, *paper.document.pages[1:])
    contract = replace(paper, document=replace(paper.document, pages=pages))

    first, second = seen_pages([contract], model)
    assert first.meeting is None
    assert second.meeting is not None
    assert second.meeting.cover


def test_a_classifier_opens_what_was_made(trained: tuple[Path, WordingModel]) -> None:
    """Words and weights lie in one folder, are named for the report, and classify files."""
    folder, _ = trained
    save_fusing(FUSING, folder)
    classifier = open_classifier(Settings().model_copy(update={"own_weights_dir": folder}))
    paper = a_paper("award-notice", pages=1)
    (segment,) = classifier.classify(paper.document)

    assert segment.kind == "award-notice"
    assert [name for name, _ in classifier.weights] == [WEIGHTS, FILE]
    assert all(len(digest) == 64 for _, digest in classifier.weights)


def test_a_classifier_refuses_broken_weights(
    trained: tuple[Path, WordingModel], tmp_path: Path
) -> None:
    """A file of weights with a word too much or too little decides nothing."""
    folder, _ = trained
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / FILE).write_text(json.dumps({"kinds": [1.0]}), encoding="utf-8")
    with pytest.raises(WeightsError, match=FILE) as caught:
        open_classifier(Settings().model_copy(update={"own_weights_dir": tmp_path}))

    assert caught.value.code == "weights_altered"


def test_a_kind_that_no_paper_taught_is_never_said(tmp_path: Path) -> None:
    """It has a place among the scores and no chance."""
    model = train_wording(PAPERS, ("award-notice", "identity-card", *KINDS[1:]), Recipe(), tmp_path)
    said = model.say(PAPERS[0].document.pages[0]).kinds

    assert said["identity-card"] < 1e-6
    assert max(said, key=lambda kind: said[kind]) == PAPERS[0].kind
