"""Loads exported bundles with diffusers and compares its UNet2DModel with unet/model.onnx.

    pip install diffusers==0.42.1 torch==2.15.0 onnxruntime==1.32.0 onnx==1.23.2
    node --conditions=@isonoise/source --import tsx packages/export/testdata/write-bundles.ts FOLDER
    python packages/export/testdata/check_with_diffusers.py FOLDER/*

Output with Python 3.11.7 and the versions above; diffusers 0.39.0 prints the same:

    alpha: float32, difference 4.17e-07 of values up to 0.84
    alpha: the pipeline draws (2, 8, 8, 4)
    awjuliani: the pipeline names AwjulianiUNet; UNet2DModel misses all weights, and a call fails: Tensor on device meta is not on the expected device cpu!
    conditional: float32, difference 3.13e-07 of values up to 0.65
    conditional: the pipeline loads; a call fails: class_labels should be provided when doing class conditionin
    conditional-float16: float16, difference 5.92e-04 of values up to 0.65
    conditional-float16: the pipeline loads; a call fails: class_labels should be provided when doing class conditionin
    learned-range: float32, difference 5.66e-07 of values up to 0.77
    learned-range: the pipeline draws (2, 8, 8, 1)
    learned-range: 5 steps of DDPMScheduler, difference 9.24e-06
    lucidrains: the pipeline names LucidrainsUNet; UNet2DModel misses all weights, and a call fails: Tensor on device meta is not on the expected device cpu!
    patched: the pipeline names PatchedUNet2D; UNet2DModel refuses it: Cannot load  because conv_in.weight expected shape torch.Siz
    patched: float32, difference 3.58e-07 of values up to 0.74
    tags: float32, difference 4.73e-07 of values up to 0.75
    tags: the pipeline loads; a call fails: class_labels should be provided when doing class conditionin
    tileable: the pipeline names TileableUNet2D; UNet2DModel refuses it: TileableDownBlock2D does not exist.
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


# What UNet2DModel.from_pretrained says about networks that diffusers does not have. The function ignores the name of
# the class.
REFUSALS = {
    "PatchedUNet2D": "conv_in.weight expected shape",
    "TileableUNet2D": "TileableDownBlock2D does not exist",
}


def refusal(load):
    try:
        return load(), None
    except (AttributeError, RuntimeError, ValueError) as error:
        return None, str(error)


def check_unknown(folder, name):
    """A class that diffusers does not have: the pipeline names it, and its UNet2DModel cannot be called."""
    _, message = refusal(lambda: DDPMPipeline.from_pretrained(folder))
    assert message is not None and name in message, message
    loaded, message = refusal(lambda: UNet2DModel.from_pretrained(folder / "unet", output_loading_info=True))
    if name in REFUSALS:
        assert message is not None and REFUSALS[name] in message, message
        print(f"{folder.name}: the pipeline names {name}; UNet2DModel refuses it: {message[:60]}")
    else:
        unet, info = loaded
        assert set(info["missing_keys"]) == set(unet.state_dict()), info
        size, channels = unet.config.sample_size, unet.config.in_channels
        _, message = refusal(lambda: unet(torch.zeros(1, channels, size, size), 5))
        assert message is not None, "a network without weights was called"
        print(f"{folder.name}: the pipeline names {name}; UNet2DModel misses all weights, and a call fails: {message[:60]}")


def check_patched(folder):
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
    name = json.loads((folder / "unet" / "config.json").read_text())["_class_name"]
    if name != "UNet2DModel":
        check_unknown(folder, name)
        if name == "PatchedUNet2D":
            check_patched(folder)
        continue
    pipeline = DDPMPipeline.from_pretrained(folder)
    unet = pipeline.unet.eval()
    # Strict: the file must have exactly the weights of the model, besides the vectors of the tags.
    _, loading = UNet2DModel.from_pretrained(folder / "unet", output_loading_info=True)
    vectors = load_file(folder / "unet" / "diffusion_pytorch_model.safetensors").get("tag_embedding.weight")
    unused = loading.pop("unexpected_keys")
    assert list(unused) == ([] if vectors is None else ["tag_embedding.weight"]), unused
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
    if vectors is not None:
        feeds["tags"] = np.eye(batch, vectors.shape[0], dtype=np.float32)
        labels = torch.from_numpy(feeds["tags"]) @ vectors
    with torch.no_grad():
        expected = unet(torch.from_numpy(sample), torch.from_numpy(timestep), class_labels=labels).sample.numpy()
    (got,) = session.run(["out_sample"], feeds)
    difference, largest = np.abs(got - expected).max(), np.abs(expected).max()
    print(f"{folder.name}: {precision}, difference {difference:.2e} of values up to {largest:.2f}")
    assert difference <= TOLERANCE[precision] * max(1, largest)

    # The pipeline does not support classes and tags.
    if labels is not None:
        _, message = refusal(lambda: pipeline(batch_size=1, num_inference_steps=1))
        assert message is not None and "class_labels should be provided" in message, message
        print(f"{folder.name}: the pipeline loads; a call fails: {message[:60]}")
    else:
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
