"""Draws with the pipelines of diffusers from an unconditional bundle, with the noise of isonoise. Writes pipelines.json.

    pip install diffusers==0.42.1 torch==2.15.0 numpy==2.4.6
    node --conditions=@isonoise/source --import tsx packages/export/testdata/write-bundles.ts FOLDER
    python packages/export/testdata/draw_with_pipelines.py FOLDER/unconditional

Output with Python 3.11.7 and the versions above:

    DDPMPipeline with DDPMScheduler: (2, 12, 12, 3), mean 0.5126
    DDIMPipeline with DDIMScheduler: (2, 12, 12, 3), mean 0.4998

packages/export/src/pipelines.test.ts draws the same images with isonoise. docs/examples/python/ddim.py computes the noise.
"""
import importlib
import json
import sys
from pathlib import Path
from unittest.mock import patch

import diffusers
import numpy as np
import torch
from diffusers import DDIMPipeline, DDPMPipeline

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "docs" / "examples" / "python"))
from ddim import normals, words  # noqa: E402

SEED, IMAGES, STEPS = 7, 2, 10


def noises(shape):
    """The noise at the start, and then the noise of each step."""
    size = int(np.prod(shape[1:]))
    for draw in range(STEPS + 1):
        purpose, step = (0, 0) if draw == 0 else (1, draw - 1)
        rows = [normals(words(size, SEED, image=i, step=step, purpose=purpose)) for i in range(shape[0])]
        yield torch.from_numpy(np.stack(rows)).reshape(shape)


def draw(kind, folder):
    pipeline = kind.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    size, channels = pipeline.unet.config.sample_size, pipeline.unet.config.in_channels
    source = noises((IMAGES, channels, size, size))
    modules = [importlib.import_module(m) for m in (kind.__module__, type(pipeline.scheduler).__module__)]
    with patch.object(modules[0], "randn_tensor", lambda *_, **__: next(source)), \
            patch.object(modules[1], "randn_tensor", lambda *_, **__: next(source)):
        images = pipeline(batch_size=IMAGES, num_inference_steps=STEPS, output_type="np").images
    print(f"{kind.__name__} with {type(pipeline.scheduler).__name__}: {images.shape}, mean {images.mean():.4f}")
    # [images, H, W, C] in [0, 1] -> [images, C, H, W]
    return [float(f"{value:.6f}") for value in images.transpose(0, 3, 1, 2).ravel()]


def main():
    folder = Path(sys.argv[1])
    lines = {
        "versions": {"diffusers": diffusers.__version__, "torch": torch.__version__, "numpy": np.__version__},
        "seed": SEED, "images": IMAGES, "steps": STEPS,
        "ddpm": draw(DDPMPipeline, folder), "ddim": draw(DDIMPipeline, folder),
    }
    text = ",\n".join(f'  "{key}": {json.dumps(value)}' for key, value in lines.items())
    (HERE / "pipelines.json").write_text("{\n" + text + "\n}\n")


main()
