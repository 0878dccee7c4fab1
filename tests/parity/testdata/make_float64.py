"""Runs the graph of models/mnist in float64, operator by operator, in numpy. Writes float64.json beside this file.

    pip install numpy==2.4.6 onnx==1.23.2 pillow==13.0.0
    python tests/parity/testdata/make_float64.py

Constants are the float32 values of the file; all computation is in float64. Inputs are images of the model's own sheet,
noised to several timesteps and rounded to float32, so that every runtime gets exactly these numbers.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import PIL
from onnx import helper, numpy_helper
from PIL import Image

HERE = Path(__file__).parent
MODEL = HERE.parents[2] / "models" / "mnist"
SEED = 20
SIDE, SCALE, GAP = 28, 2, 2
# Timestep and class (column of the sheet's first row) of each image. The last timesteps are fractional.
ROWS = [(0, 0), (3, 4), (10, 7), (100, 3), (500, 8), (999, 5), (7.35, 1), (333.3, 2), (940.6875, 9)]


def tile(sheet: np.ndarray, column: int) -> np.ndarray:
    left = GAP + column * (SIDE * SCALE + GAP)
    return sheet[GAP : GAP + SIDE * SCALE : SCALE, left : left + SIDE * SCALE : SCALE]


def alpha_bars() -> np.ndarray:
    """Returns ᾱ of the cosine schedule with its cap, as in squaredcos_cap_v2 of diffusers (Nichol & Dhariwal, eq. 17)."""
    config = json.loads((MODEL / "scheduler" / "scheduler_config.json").read_text())
    assert config["beta_schedule"] == "squaredcos_cap_v2", config
    steps = config["num_train_timesteps"]
    curve = np.cos((np.arange(steps + 1) / steps + 0.008) / 1.008 * np.pi / 2) ** 2
    return np.cumprod(1 - np.minimum(1 - curve[1:] / curve[:-1], 0.999))


def conv(x, w, bias, strides, pads):
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: strides[0], :: strides[1]]
    return np.einsum("nchwij,ocij->nohw", windows, w, optimize=True) + bias[None, :, None, None]


def layer_normalization(x, scale, axis, epsilon):
    assert axis == -1
    mean = x.mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(x.var(-1, keepdims=True) + epsilon) * scale


def reshape(x, shape):
    return x.reshape([x.shape[i] if size == 0 else int(size) for i, size in enumerate(shape)])


def cut(x, starts, ends, axes):
    places = [slice(None)] * x.ndim
    for start, end, axis in zip(starts, ends, axes):
        places[axis] = slice(int(start), int(end))
    return x[tuple(places)]


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


OPERATORS = {
    "Abs": lambda x: np.abs(x),
    "Add": lambda a, b: a + b,
    "Concat": lambda *xs, axis: np.concatenate(xs, axis),
    "Conv": conv,
    "Floor": lambda x: np.floor(x),
    "Gather": lambda table, rows, axis=0: np.take(table, rows, axis),
    "Gemm": lambda a, b, c, transB: a @ b.T + c,
    "LayerNormalization": layer_normalization,
    "MatMul": lambda a, b: a @ b,
    "Mul": lambda a, b: a * b,
    "Reshape": reshape,
    # Doubles the size by nearest neighbour, the only resizing in the graph.
    "Resize": lambda x, *_, **__: x.repeat(2, 2).repeat(2, 3),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Slice": cut,
    "Softmax": softmax,
    "Sub": lambda a, b: a - b,
    "Transpose": lambda x, perm: x.transpose(perm),
}


def run(graph, feeds):
    wide = lambda v: v.astype(np.float64) if v.dtype == np.float32 else v
    values = {"": None} | {c.name: wide(numpy_helper.to_array(c)) for c in graph.initializer}
    values |= {name: wide(value) for name, value in feeds.items()}
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](*(values[i] for i in node.input), **attributes)
    return values[graph.output[0].name]


path = MODEL / "unet" / "model.onnx"
sheet = np.asarray(Image.open(MODEL / "samples.png").convert("L"), np.float64)
t, labels = (np.array(column) for column in zip(*ROWS))
t = t.astype(np.float32)  # every runtime receives float32
x0 = np.stack([tile(sheet, column) / 127.5 - 1 for column in labels])[:, None]
keep = np.interp(t, np.arange(len(alpha_bars())), alpha_bars())[:, None, None, None]
noise = np.random.default_rng(SEED).standard_normal(x0.shape)
x = (np.sqrt(keep) * x0 + np.sqrt(1 - keep) * noise).astype(np.float32)
feeds = {"sample": x, "timestep": t, "class_labels": labels.astype(np.int32)}
prediction = run(onnx.load(path).graph, feeds)

(HERE / "float64.json").write_text(
    json.dumps(
        {
            "made_with": f"numpy {np.__version__}, onnx {onnx.__version__}, pillow {PIL.__version__}",
            "model_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "timesteps": t.tolist(),
            "class_labels": labels.tolist(),
            # Inputs are the shortest decimals that restore the float32 values. Outputs have twelve digits;
            # the float32 results of runtimes have seven.
            "sample": [float(str(v)) for v in x.ravel()],
            "prediction": [float(f"{v:.12g}") for v in prediction.ravel()],
        }
    )
    + "\n"
)
