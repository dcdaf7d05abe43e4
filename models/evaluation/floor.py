"""The least time a page's networks can take here: their arithmetic at the speed this core reaches.

Multiplications are counted in the networks themselves (convolutions and matrix products; all else
is little). The speed is that of one large product of matrices in the precision that networks run
in, on one core, through the same runtime: no program that multiplies so much can be faster.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np

from preaudit.read.nets import precision, runtime

_SIZE: Final = 1536
_RUNS: Final = 8


def multiplications(onnx: Path, shape: Sequence[int]) -> int:
    """Return how many multiplications one run takes.

    Args:
        onnx: The network.
        shape: Of what goes in: batch, channels, height, width.
    """
    ov = runtime()
    model: Any = ov.Core().read_model(onnx)
    model.reshape(ov.PartialShape(list(shape)))
    return sum(_of(operation) for operation in model.get_ops())


def _of(operation: Any) -> int:
    kind = operation.get_type_name()
    if kind not in {"Convolution", "GroupConvolution", "ConvolutionBackpropData", "MatMul"}:
        return 0
    out = prod(_shape(operation.output(0)))
    weights = _shape(operation.input_value(1))
    if kind == "MatMul":
        turned = operation.get_attributes()["transpose_b"]
        return int(out * weights[-1 if turned else -2])
    if kind == "ConvolutionBackpropData":
        return int(prod(_shape(operation.input_value(0))) * prod(weights[1:]))
    # Output channels come first; for groups, groups and output channels of each.
    inner = weights[2:] if kind == "GroupConvolution" else weights[1:]
    return int(out * prod(inner))


def _shape(value: Any) -> list[int]:
    """Return the dimensions; one that the network leaves open is the batch, which is one."""
    return [one.get_length() if one.is_static else 1 for one in value.get_partial_shape()]


def multiplications_per_second() -> float:
    """Return how many multiplications one core does in a second at its best."""
    ov = runtime()
    opset13 = ov.opset13
    left = opset13.parameter([_SIZE, _SIZE], np.float32)
    right = opset13.constant(np.ones((_SIZE, _SIZE), dtype=np.float32))
    graph = ov.Model([opset13.matmul(left, right, False, False)], [left])  # noqa: FBT003 - its order
    compiled = ov.Core().compile_model(
        graph,
        "CPU",
        {
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": precision(),
        },
    )
    request: Any = compiled.create_infer_request()
    given = np.ones((_SIZE, _SIZE), dtype=np.float32)
    request.infer([given])
    took = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        request.infer([given])
        took.append(time.perf_counter() - began)
    return _SIZE**3 / min(took)
