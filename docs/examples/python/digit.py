"""Draws a 3 with models/mnist and seed 7, with numpy and ONNX Runtime only; the same pixels as

    pnpm sample models/mnist --seed 7 --class 3 --guidance 1 --sampler ddim --steps 20 --out 3.png

    python digit.py models/mnist/unet/model.onnx 3.png

sample.py draws with any model: with guidance, with tags, and several images."""
import json
import sys

import numpy as np
import onnxruntime

from ddim import ddim_step, normals, trailing, words
from sample import png
from schedule import levels

session = onnxruntime.InferenceSession(sys.argv[1])
scheduler = json.loads(session.get_modelmeta().custom_metadata_map["isonoise.scheduler"])
prediction, clip = scheduler["prediction_type"], scheduler["clip_sample_range"]
level = list(zip(*levels(scheduler))) + [(1.0, 0.0)]  # the last one, -1, is the image
times = trailing(len(level) - 1, steps=20)
x = normals(words(28 * 28, seed=7)).reshape(1, 1, 28, 28)
for t, after in zip(times, times[1:]):
    inputs = {"sample": x, "timestep": np.float32([t]), "class_labels": np.int32([3])}
    output = session.run(["out_sample"], inputs)[0]
    x = ddim_step(x, output, level[t], level[after], prediction, clip)
pixels = np.clip(np.floor((x.astype(np.float64) + 1) * 127.5 + 0.5), 0, 255).astype(np.uint8)
with open(sys.argv[2], "wb") as file:
    file.write(png(pixels.reshape(28, 28, 1)))
