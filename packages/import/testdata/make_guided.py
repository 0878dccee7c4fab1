"""Writes references/guided.*: outputs of UNetModel of github.com/openai/guided-diffusion, with weights by formula.py.

    pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    git clone https://github.com/openai/guided-diffusion    # commit 22e0df8183507e13a7813f8d38d51b072ca1e67c
    PYTHONPATH=guided-diffusion python make_guided.py

Weights of 1 × 1 convolutions have the names and shapes of the original. The networks compute in float64, except for the
softmax, which the original computes in float32.
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
from guided_diffusion import unet
from guided_diffusion.nn import GroupNorm32
from safetensors.torch import save_file

from formula import fill, uniforms

OUT = Path(__file__).parent / "references"
SMALL = dict(image_size=8, num_channels=32, num_res_blocks=1, channel_mult="1,2", attention_resolutions="4")
CASES = {
    "heads": dict(SMALL, num_head_channels=16, class_cond=True, learn_sigma=True, noise_schedule="cosine"),
    "new-order": dict(SMALL, num_head_channels=32, use_new_attention_order=True, use_scale_shift_norm=False),
    "resblocks": dict(SMALL, num_head_channels=16, resblock_updown=True, attention_resolutions="8,4"),
    "number-of-heads": dict(SMALL, num_heads=4, num_res_blocks=2),
}


def exact_encoding(timesteps, dim, max_period=10000):
    half = dim // 2
    frequencies = torch.exp(-math.log(max_period) * torch.arange(half, dtype=torch.float64) / half)
    angle = timesteps[:, None].double() * frequencies[None]
    return torch.cat([torch.cos(angle), torch.sin(angle)], dim=-1)


unet.timestep_embedding = exact_encoding
GroupNorm32.forward = torch.nn.GroupNorm.forward


def main():
    outputs, cases = {}, {}
    for name, config in CASES.items():
        resolutions = config["attention_resolutions"].split(",")
        model = unet.UNetModel(
            image_size=8, in_channels=3, model_channels=config["num_channels"],
            out_channels=6 if config.get("learn_sigma") else 3, num_res_blocks=config["num_res_blocks"],
            attention_resolutions=tuple(8 // int(size) for size in resolutions),
            channel_mult=tuple(map(int, config["channel_mult"].split(","))),
            num_classes=1000 if config.get("class_cond") else None, num_heads=config.get("num_heads", 4),
            num_head_channels=config.get("num_head_channels", -1),
            use_scale_shift_norm=config.get("use_scale_shift_norm", True),
            resblock_updown=config.get("resblock_updown", False),
            use_new_attention_order=config.get("use_new_attention_order", False),
        ).eval()
        with torch.no_grad():
            fill(model)
        model = model.double()
        model.dtype = torch.float64
        sample = torch.from_numpy(uniforms(2 * 3 * 8 * 8, 1000).astype(np.float32)).double().reshape(2, 3, 8, 8)
        labels = torch.tensor([7, 999]) if config.get("class_cond") else None
        with torch.no_grad():
            outputs[name] = model(sample, torch.tensor([20.0, 999.0]), labels).float()
        cases[name] = {
            "config": config, "shapes": {key: list(value.shape) for key, value in model.state_dict().items()},
        }
    save_file(outputs, OUT / "guided.safetensors")
    (OUT / "guided.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
