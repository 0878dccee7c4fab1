"""Loads exported bundles with diffusers and compares its UNet2DModel with unet/model.onnx.

    pip install diffusers==0.42.1 torch==2.15.0 onnxruntime==1.32.0 onnx==1.23.2
    node --conditions=@isonoise/source --import tsx packages/export/testdata/write-bundles.ts FOLDER
    python packages/export/testdata/check_with_diffusers.py FOLDER/*

Output with Python 3.11.7 and the versions above:

    alpha: float32, difference 4.17e-07 of values up to 0.84
    alpha: the pipeline draws (2, 8, 8, 4)
    conditional: float32, difference 3.13e-07 of values up to 0.65
    conditional-float16: float16, difference 5.92e-04 of values up to 0.65
    learned-range: float32, difference 5.66e-07 of values up to 0.77
    learned-range: the pipeline draws (2, 8, 8, 1)
    learned-range: 5 steps of DDPMScheduler, difference 9.24e-06
    patched: the pipeline refuses PatchedUNet2D
    patched: float32, difference 3.58e-07 of values up to 0.74
    unconditional: float32, difference 4.92e-07 of values up to 0.90
    unconditional: the pipeline draws (2, 12, 12, 3)
"""
import json
import pathlib
import sys
from unittest.mock import patch

import numpy as np
import onnx
import onnxruntime
import torch
from diffusers import DDPMPipeline, UNet2DModel
from diffusers.schedulers import scheduling_ddpm
from safetensors.torch import load_file
from torch.nn.functional import pixel_shuffle, pixel_unshuffle

# Tolerances relative to the largest output. float32 allows for a different order of summation, float16 for 11 bits per value.
TOLERANCE = {"float32": 1e-5, "float16": 1e-2}


def load_patched(folder):
    """The inner UNet2DModel of a PatchedUNet2D, and the vector of each tag. docs/import.md shows these lines."""
    config = json.loads((folder / "unet" / "config.json").read_text())
    patch = config.pop("patch_size")
    config["sample_size"] //= patch
    for key in ("in_channels", "out_channels"):
        config[key] *= patch**2
    if config.pop("num_tags", None) is not None:
        config["class_embed_type"] = "identity"
    unet = UNet2DModel.from_config({**config, "_class_name": "UNet2DModel"}).eval()
    weights = {k: w.float() for k, w in load_file(folder / "unet" / "diffusion_pytorch_model.safetensors").items()}
    tags = weights.pop("tag_embedding.weight", None)
    unet.load_state_dict(weights)
    return unet, patch, tags


def check_patched(folder):
    try:
        DDPMPipeline.from_pretrained(folder)
        raise AssertionError("the pipeline loaded a PatchedUNet2D")
    except ValueError as error:
        assert "no class `PatchedUNet2D`" in str(error), error
        print(f"{folder.name}: the pipeline refuses PatchedUNet2D")
    unet, patch, tags = load_patched(folder)
    session = onnxruntime.InferenceSession(folder / "unet" / "model.onnx", providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    side, channels = unet.config.sample_size * patch, unet.config.in_channels // patch**2
    sample = random.standard_normal((3, channels, side, side), np.float32)
    timestep = np.array([0, 500, 999], np.float32)
    # No tag, one tag, and two tags.
    rows = np.zeros((3, tags.shape[0]), np.float32)
    rows[1, 2], rows[2, [0, 4]] = 1, 0.5**0.5
    x, t, vectors = torch.from_numpy(sample), torch.from_numpy(timestep), torch.from_numpy(rows) @ tags
    with torch.no_grad():
        expected = pixel_shuffle(unet(pixel_unshuffle(x, patch), t, class_labels=vectors).sample, patch).numpy()
    (got,) = session.run(["out_sample"], {"sample": sample, "timestep": timestep, "tags": rows})
    difference, largest = np.abs(got - expected).max(), np.abs(expected).max()
    print(f"{folder.name}: float32, difference {difference:.2e} of values up to {largest:.2f}")
    assert difference <= TOLERANCE["float32"] * max(1, largest)


for folder in filter(pathlib.Path.is_dir, map(pathlib.Path, sys.argv[1:])):
    if json.loads((folder / "unet" / "config.json").read_text())["_class_name"] == "PatchedUNet2D":
        check_patched(folder)
        continue
    pipeline = DDPMPipeline.from_pretrained(folder)
    unet = pipeline.unet.eval()
    # Strict: the file must have exactly the weights of the model.
    _, loading = UNet2DModel.from_pretrained(folder / "unet", output_loading_info=True)
    assert not any(loading.values()), loading

    model = onnx.load(folder / "unet" / "model.onnx")
    onnx.checker.check_model(model, full_check=True)
    precision = {entry.key: entry.value for entry in model.metadata_props}["isonoise.precision"]
    session = onnxruntime.InferenceSession(folder / "unet" / "model.onnx", providers=["CPUExecutionProvider"])

    random = np.random.default_rng(0)
    batch, config = 5, unet.config
    sample = random.standard_normal((batch, config.in_channels, config.sample_size, config.sample_size), np.float32)
    timestep = np.array([0, 1, 250, 500, 999], np.float32)
    feeds = {"sample": sample, "timestep": timestep}
    labels = None
    if config.num_class_embeds is not None:
        feeds["class_labels"] = np.arange(batch, dtype=np.int32) % config.num_class_embeds
        labels = torch.from_numpy(feeds["class_labels"])
    with torch.no_grad():
        expected = unet(torch.from_numpy(sample), torch.from_numpy(timestep), class_labels=labels).sample.numpy()
    (got,) = session.run(["out_sample"], feeds)
    difference, largest = np.abs(got - expected).max(), np.abs(expected).max()
    print(f"{folder.name}: {precision}, difference {difference:.2e} of values up to {largest:.2f}")
    assert difference <= TOLERANCE[precision] * max(1, largest)

    # The pipeline does not support classes.
    if labels is None:
        images = pipeline(batch_size=2, num_inference_steps=5, output_type="np", generator=torch.manual_seed(0)).images
        assert images.shape == (2, config.sample_size, config.sample_size, config.in_channels), images.shape
        assert np.isfinite(images).all()
        print(f"{folder.name}: the pipeline draws {images.shape}")

    # Repeat a run of isonoise with the same noises and the scheduler of the bundle.
    file = folder.with_suffix(".json")
    if file.exists():
        run = json.loads(file.read_text())
        shape = (1, config.in_channels, config.sample_size, config.sample_size)
        tensor = lambda values: torch.tensor(values, dtype=torch.float32).reshape(shape)
        scheduler, x = pipeline.scheduler, tensor(run["start"])
        scheduler.set_timesteps(run["steps"])
        for noise, t in zip(run["noises"], scheduler.timesteps):
            with torch.no_grad(), patch.object(scheduling_ddpm, "randn_tensor", lambda *_, **__: tensor(noise)):
                x = scheduler.step(unet(x, t).sample, t, x).prev_sample
        difference = (x - tensor(run["images"])).abs().max()
        print(f"{folder.name}: {run['steps']} steps of DDPMScheduler, difference {difference:.2e}")
        # Two runtimes and two schedulers round differently over five steps. Values are up to 1.
        assert difference <= 1e-4
