"""A recogniser's ONNX graph as a torch module, and its trained weights back into the graph.

PaddleOCR publishes its networks as graphs. Rather than build the same network a second time, the
graph itself is run node by node with its weights as parameters; after training they are written
back into it, so that what the product loads differs from the original in numbers and in its last
layer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional

SCORES: Final = "scores"
OFFSETS: Final = "offsets"
"""The last layer: weights and what is added to them. It takes the place of the last two."""
_IN: Final = "x"
_OUT: Final = "fetch_name_0"
_CONSTANT: Final = 4
"""Smaller arrays are constants of formulas, not weights."""
_HEAD: Final = 3
"""Nodes of the last layer: multiply, add, make chances."""
_SMALL: Final = 1024
"""Smaller arrays are stored in full precision."""
_MEASURED: Final = (".w_1", ".w_2")
"""Means and variances of normalisation: measured once, not trained."""
_UNLIKELY: Final = -12.0

Values = Mapping[str, torch.Tensor]
Step = tuple[str, Callable[[Values], torch.Tensor]]
"""What a node's output is called, and how it comes of what was there before."""


class Graph(torch.nn.Module):
    """The network up to the scores of its classes; what makes chances of them is left out."""

    def __init__(self, path: Path, *, taken: Sequence[int]) -> None:
        """Read the graph.

        Args:
            path: The ONNX file of a PP-OCRv6 recogniser with two last layers.
            taken: For each class of the new network, the class of the old one whose weights it
                begins with; -1 for a class that is new.
        """
        super().__init__()
        self._model = onnx.load(path)
        _give_one_head(self._model, taken)
        self._own: dict[str, str] = {}
        for initial in self._model.graph.initializer:
            self._keep(initial.name, numpy_helper.to_array(initial))
        self._steps = tuple(_steps(self._model))

    def _keep(self, name: str, array: NDArray[Any]) -> None:
        """Hold an array of the graph under a name that torch allows."""
        own = "graph_" + name.replace(".", "_")
        tensor = torch.from_numpy(array.copy())
        if array.size >= _CONSTANT and not name.endswith(_MEASURED):
            self.register_parameter(own, torch.nn.Parameter(tensor))
        else:
            self.register_buffer(own, tensor)
        self._own[name] = own

    def weight(self, name: str) -> torch.nn.Parameter:
        """Return the weights that the graph calls so."""
        return getattr(self, self._own[name])

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the scores (batch, steps, classes) of pictures (batch, 3, 48, width)."""
        return self.features(pictures) @ self.weight(SCORES) + self.weight(OFFSETS)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return what the last layer sees: (batch, steps, features)."""
        values = {name: getattr(self, own) for name, own in self._own.items()}
        values[_IN] = pictures
        output = ""
        for output, step in self._steps:
            values[output] = step(values)
        return values[output]

    def save(self, path: Path) -> None:
        """Write the graph with the weights as they are now, stored in half precision."""
        model = onnx.ModelProto()
        model.CopyFrom(self._model)
        widened = []
        for initial in model.graph.initializer:
            array = getattr(self, self._own[initial.name]).detach().numpy()
            if array.size < _SMALL:
                initial.CopyFrom(numpy_helper.from_array(array, initial.name))
                continue
            name, half = initial.name, initial.name + "_half"
            initial.CopyFrom(numpy_helper.from_array(array.astype(np.float16), half))
            widened.append(helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT))
        nodes = [*widened, *model.graph.node]
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))


def _give_one_head(model: Any, taken: Sequence[int]) -> None:
    """Put one layer in the place of the two at the end, which have nothing between them."""
    graph = model.graph
    arrays = {one.name: one for one in graph.initializer}
    last = [at for at, node in enumerate(graph.node) if node.op_type == "MatMul"]
    first, second = (graph.node[at] for at in last)
    narrow, wide = (_array(arrays, node.input[1]) for node in (first, second))
    before, after = (_array(arrays, graph.node[at + 1].input[1]) for at in last)
    scores, offsets = narrow @ wide, before @ wide + after
    known = np.array(taken) >= 0
    head = np.where(known[np.newaxis], scores[:, np.maximum(taken, 0)], 0.0)
    added = np.where(known, offsets[np.maximum(taken, 0)], _UNLIKELY)
    gone = {one for node in graph.node[last[0] :] for one in node.input if one in arrays}
    kept = [one for one in graph.initializer if one.name not in gone]
    source = first.input[0]
    nodes = [
        *graph.node[: last[0]],
        helper.make_node("MatMul", [source, SCORES], [SCORES + "_out"]),
        helper.make_node("Add", [SCORES + "_out", OFFSETS], [OFFSETS + "_out"]),
        helper.make_node("Softmax", [OFFSETS + "_out"], [_OUT], axis=2),
    ]
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    for name, array in ((SCORES, head), (OFFSETS, added)):
        graph.initializer.append(numpy_helper.from_array(array.astype(np.float32), name))
    # Shapes between nodes were noted down for the old last layer.
    del graph.value_info[:]


def _array(arrays: Mapping[str, Any], name: str) -> NDArray[np.float64]:
    return np.asarray(numpy_helper.to_array(arrays[name]), dtype=np.float64)


def _steps(model: Any) -> Iterator[Step]:
    """Yield the graph's nodes as steps, those of one formula together."""
    nodes = model.graph.node[:-_HEAD]
    weights = {one.name for one in model.graph.initializer}
    at = 0
    while at < len(nodes):
        node, follows = nodes[at], nodes[at + 1] if at + 1 < len(nodes) else None
        if follows is not None and follows.op_type == "Erf":
            yield nodes[at + 4].output[0], _gelu(node.input[0])
            at += 5
        elif (
            node.op_type == "Conv"
            and follows is not None
            and follows.op_type == "Add"
            and follows.input[0] == node.output[0]
            and follows.input[1] in weights
        ):
            yield follows.output[0], _convolution(node, follows.input[1])
            at += 2
        else:
            yield node.output[0], _step(node)
            at += 1


def _gelu(source: str) -> Callable[[Values], torch.Tensor]:
    return lambda values: functional.gelu(values[source])


def _convolution(node: Any, offset: str | None) -> Callable[[Values], torch.Tensor]:
    given = _attributes(node)
    top, left, bottom, right = given["pads"]
    if (top, left) != (bottom, right):
        raise ValueError(f"{node.output[0]} pads one side more than the other")

    def run(values: Values) -> torch.Tensor:
        return functional.conv2d(
            values[node.input[0]],
            values[node.input[1]],
            None if offset is None else values[offset].flatten(),
            stride=given["strides"],
            padding=(top, left),
            groups=given["group"],
        )

    return run


def _step(node: Any) -> Callable[[Values], torch.Tensor]:
    """Return what a node does."""
    if node.op_type == "Conv":
        return _convolution(node, None)
    given = _attributes(node)
    kinds: dict[str, Callable[..., torch.Tensor]] = {
        "Identity": lambda one: one,
        "Add": lambda one, other: one + other,
        "Mul": lambda one, other: one * other,
        "MatMul": lambda one, other: one @ other,
        "Relu": functional.relu,
        "HardSigmoid": lambda one: (one * given["alpha"] + given["beta"]).clamp(0.0, 1.0),
        "ReduceMean": lambda one: one.mean(dim=given["axes"], keepdim=True),
        "AveragePool": lambda one: functional.avg_pool2d(
            one, given["kernel_shape"], given["strides"]
        ),
        "Squeeze": lambda one: one.squeeze(given["axes"][0]),
        "Unsqueeze": lambda one: one.unsqueeze(given["axes"][0]),
        "Transpose": lambda one: one.permute(given["perm"]),
        "BatchNormalization": lambda one, scale, offset, mean, variance: functional.batch_norm(
            one, mean, variance, scale, offset, training=False, eps=given["epsilon"]
        ),
    }
    does = kinds[node.op_type]
    inputs = tuple(node.input)
    return lambda values: does(*(values[name] for name in inputs))


def _attributes(node: Any) -> dict[str, Any]:
    return {one.name: helper.get_attribute_value(one) for one in node.attribute}
