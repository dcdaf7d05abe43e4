"""The network that tags: its relations, its export, and that it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preaudit.document import Line, Origin, Page, Quality
from preaudit.extract.tagger import Vocabulary
from preaudit.geometry import Box
from preaudit.tokens import FIRST_CHARACTER, GRID, PAD

torch = pytest.importorskip("torch", reason="training libraries are not installed (make train)")
pytest.importorskip("transformers", reason="training libraries are not installed (make train)")

VOCABULARY = Vocabulary(
    characters="工程名称段珊云柯泽悦:",
    kinds=("award-notice", "safety-licence"),
    fields=("project_manager", "project_name"),
)
SIDE = st.integers(min_value=0, max_value=GRID)
BOXES = st.lists(st.tuples(SIDE, SIDE, SIDE, SIDE), min_size=1, max_size=7)


def sorted_box(sides: tuple[int, int, int, int]) -> list[int]:
    """Left before right, top above bottom."""
    (left, right), (top, bottom) = sorted(sides[::2]), sorted(sides[1::2])
    return [left, top, right, bottom]


@settings(deadline=None)  # the first call into torch takes its time
@given(own=BOXES, data=st.data())
def test_relations_are_shares(own: list[tuple[int, int, int, int]], data: st.DataObject) -> None:
    """However two boxes lie, every relation between them is a number in 0..1."""
    from models.tagging.network import RELATIONS, relations  # noqa: PLC0415 - needs torch

    framed = data.draw(st.lists(st.tuples(SIDE, SIDE, SIDE, SIDE), min_size=7, max_size=7))
    boxes = torch.tensor([[sorted_box(one) for one in own]])
    frames = torch.tensor([[sorted_box(one) for one in framed[: len(own)]]])
    said = relations(boxes, frames)

    assert said.shape == (1, len(own), len(own), RELATIONS)
    assert bool(((said >= 0) & (said <= 1)).all())


def test_a_label_left_of_its_value_is_seen_as_such() -> None:
    """From the value the label lies on its row and left of it; from the label it does not."""
    from models.tagging.network import relations  # noqa: PLC0415 - needs torch

    boxes = torch.tensor([[[100, 100, 180, 120], [190, 100, 300, 120], [190, 500, 300, 520]]])
    said = relations(boxes, boxes)[0]
    label_of_value, value_of_label, far = said[1, 0], said[0, 1], said[1, 2]

    assert label_of_value[0] == far[1] == 1.0  # row, column
    assert label_of_value[2] > 0.5  # close by on the left
    assert value_of_label[2] == far[2] == 0.0
    assert far[9] == 1.0  # left sides in line


def inputs_of(pages: int, tokens: int, stretches: int) -> dict[str, torch.Tensor]:
    """Random pages of this size."""
    corners = torch.randint(0, 900, (pages, stretches, 2))
    boxes = torch.cat([corners, corners + 40], dim=2)
    ranks = torch.arange(tokens) * stretches // tokens
    return {
        "tokens": torch.randint(FIRST_CHARACTER, FIRST_CHARACTER + 8, (pages, tokens)),
        "stretches": ranks.expand(pages, -1).contiguous(),
        "boxes": boxes,
        "frames": (boxes + torch.tensor([-10, -10, 30, 10])).clamp(0, GRID),
        "kinds": torch.ones(pages, dtype=torch.int64),
    }


@pytest.mark.parametrize(("pages", "tokens", "stretches"), [(1, 3, 1), (2, 50, 12), (3, 7, 7)])
def test_export_keeps_the_scores_at_any_length(
    tmp_path_factory: pytest.TempPathFactory, pages: int, tokens: int, stretches: int
) -> None:
    """8-bit weights and other lengths than the exported sample change next to no score."""
    from models.tagging.training import Recipe, export, new_network  # noqa: PLC0415 - needs torch

    torch.manual_seed(1)
    recipe = Recipe(hidden=32, layers=1, heads=2, dilations=(1, 2))
    network = new_network(VOCABULARY, recipe).eval()
    path = tmp_path_factory.mktemp("export") / "tagger.onnx"
    export(network, path)
    inputs = inputs_of(pages, tokens, stretches)
    with torch.no_grad():
        expected = network(**inputs).numpy()
    session = onnxruntime.InferenceSession(path)
    (came,) = session.run(None, {name: value.numpy() for name, value in inputs.items()})

    assert came.shape == (pages, tokens, VOCABULARY.labels)
    assert np.abs(came - expected).max() < 0.2 * np.abs(expected).max()


def test_pages_of_unlike_length_are_padded_out_of_the_loss() -> None:
    """What is added to a shorter page is padding, has no label, and no stretch beyond its own."""
    from models.tagging.examples import IGNORED, Example  # noqa: PLC0415 - beside the next
    from models.tagging.training import collate  # noqa: PLC0415 - needs torch

    made = [{k: v[0].numpy() for k, v in inputs_of(1, n, s).items()} for n, s in ((6, 2), (20, 5))]
    seen = [
        Example(
            kind=1, tokens=one["tokens"], stretches=one["stretches"], boxes=one["boxes"],
            frames=one["frames"], labels=np.ones(len(one["tokens"]), dtype=np.int64),
        )
        for one in made
    ]  # fmt: skip
    batch = collate(seen)

    assert batch["tokens"].shape == batch["labels"].shape == (2, 20)
    assert batch["boxes"].shape == batch["frames"].shape == (2, 5, 4)
    assert set(batch["tokens"][0, 6:].tolist()) == {PAD}
    assert set(batch["labels"][0, 6:].tolist()) == {IGNORED}
    assert batch["labels"][1].tolist() == [1] * 20
    assert batch["kinds"].tolist() == [1, 1]


def a_page(left: float, rows: tuple[str, ...]) -> Page:
    """A page with these rows, characters 0.02 wide."""
    lines = []
    for number, text in enumerate(rows):
        top = 0.2 + 0.05 * number
        edges = tuple(left + 0.02 * at for at in range(len(text) + 1))
        box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + 0.0165)
        lines.append(Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges))
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality)


def test_a_small_network_learns_a_small_task(tmp_path: Path) -> None:
    """Trained on names behind a label, exported and opened again, it finds names on new pages."""
    from models.tagging.examples import LabelledPage  # noqa: PLC0415 - beside the next
    from models.tagging.spans import agreement  # noqa: PLC0415 - likewise
    from models.tagging.training import Recipe  # noqa: PLC0415 - needs torch

    learning = pytest.importorskip("models.understanding.learning")

    def labelled(left: float, name: str, other: str) -> LabelledPage:
        page = a_page(left, ("名称:" + name, "工程:" + other))
        line = page.lines[0]
        return LabelledPage(
            kind="award-notice", family="x", page=page,
            values=(("project_manager", ((name, line.part(3, 6)),)),),
        )  # fmt: skip

    names = ("段珊云", "柯泽悦", "段泽云", "柯珊悦")
    pages = [labelled(0.1 + 0.02 * n, a, b) for n in range(4) for a in names for b in names[:2]]
    recipe = Recipe(
        hidden=32, layers=1, heads=2, dilations=(1, 2), epochs=14, batch_tokens=60,
        peak_rate=1e-2, misread_share=0.0, unread_share=0.0, threads=1,
    )  # fmt: skip
    said: list[str] = []
    tagger = learning.make_tagger(pages, VOCABULARY, recipe, tmp_path, say=said.append)
    losses = [float(line.rsplit(" ", maxsplit=1)[-1]) for line in said]
    unseen = [labelled(0.15, "悦云泽", "段珊云"), labelled(0.22, "珊柯段", "柯泽悦")]

    assert losses[-1] < 0.2 * losses[0]
    assert agreement(tagger, unseen).recall == 1.0
    assert agreement(tagger, unseen).precision == 1.0
    assert tagger.tag(replace(unseen[0].page, lines=()), "award-notice") == ()
