"""Writes small models of diffusers into a folder, as users have them: pipelines and single files.

    pip install diffusers==0.42.1 torch==2.15.0 safetensors==0.8.0
    python make_folders.py FOLDER
"""
import json
import sys
from pathlib import Path

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from safetensors.torch import save_file

from cases import CASES
from formula import fill, uniforms


def record(model, path):
    """Records an input and its output: docs/import.md shows these lines."""
    size = model.config.sample_size
    height, width = size if isinstance(size, (tuple, list)) else (size, size)
    shape = (2, model.config.in_channels, height, width)
    sample = torch.from_numpy(uniforms(2 * shape[1] * height * width, 1).astype("float32")).reshape(shape)
    timestep = torch.tensor([10.0, 900.0])
    with torch.no_grad():
        output = model(sample, timestep).sample
    save_file({"sample": sample, "timestep": timestep, "out_sample": output}, path)


def main():
    root = Path(sys.argv[1])
    for name in ["ddpm", "scale-shift-resnets", "skip-blocks-with-attention"]:
        model = UNet2DModel(**CASES[name]).eval()
        with torch.no_grad():
            fill(model)
        DDPMPipeline(unet=model, scheduler=DDPMScheduler()).save_pretrained(root / name)
        record(model, root / name / "unet" / "recorded.safetensors")
    # The flat layout of old repositories, with PyTorch's format and the old names of attention layers.
    model = UNet2DModel(**CASES["ddpm"]).eval()
    with torch.no_grad():
        fill(model)
    flat = root / "flat"
    flat.mkdir(parents=True, exist_ok=True)
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    state = {}
    for key, value in model.state_dict().items():
        for new, before in old.items():
            key = key.replace(f".{new}.", f".{before}.")
        state[key] = value
    torch.save(state, flat / "diffusion_pytorch_model.bin")
    config = {key: value for key, value in json.loads(model.to_json_string()).items() if value is not None}
    (flat / "config.json").write_text(json.dumps(config))
    (flat / "scheduler_config.json").write_text(json.dumps({"_class_name": "DDPMScheduler", "tensor_format": "pt"}))
    # Sharded
    model.save_pretrained(root / "sharded", max_shard_size="30KB")


main()
