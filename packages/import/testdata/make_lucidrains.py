"""Writes references/lucidrains.*: outputs of Unet of denoising-diffusion-pytorch, with weights by formula.py.

    pip install torch==2.15.0 numpy==2.4.6 scipy==1.17.1 safetensors==0.8.0 einops==0.8.2 pillow tqdm packaging
    pip install --no-deps denoising-diffusion-pytorch==2.3.4
    python make_lucidrains.py

The networks compute in float64. Packages that only training needs are replaced by empty ones. The script also
records the noise levels of GaussianDiffusion.
"""
import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import torch
from safetensors.torch import save_file

for name in ["torchvision", "torchvision.transforms", "ema_pytorch", "accelerate"]:
    sys.modules[name] = MagicMock()
from denoising_diffusion_pytorch.denoising_diffusion_pytorch import GaussianDiffusion, Unet

from formula import fill, uniforms

OUT = Path(__file__).parent / "references"
SMALL = dict(image_size=8, dim=8, dim_mults=[1, 2])
CASES = {
    "plain": dict(SMALL, objective="pred_v", beta_schedule="sigmoid"),
    "heads": dict(SMALL, dim_mults=[1, 2, 3], full_attn=[True, False, True], attn_heads=[1, 2, 3],
                  attn_dim_head=[4, 6, 8], init_dim=6, objective="pred_noise", beta_schedule="cosine"),
    "linear-attention": dict(SMALL, full_attn=[False, False], attn_dim_head=8, objective="pred_x0",
                             beta_schedule="linear", timesteps=500),
    "variances": dict(SMALL, dim=12, channels=1, learned_variance=True, objective="pred_noise", beta_schedule="linear"),
    "rectangle": dict(SMALL, image_size=[4, 12], dim_mults=[2], full_attn=True, flash_attn=False),
}
DIFFUSION = ["objective", "beta_schedule", "timesteps"]


def main():
    outputs, cases = {}, {}
    for name, config in CASES.items():
        options = {key: value for key, value in config.items() if key not in [*DIFFUSION, "image_size"]}
        torch.set_default_dtype(torch.float64)
        model = Unet(**{key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}).eval()
        with torch.no_grad():
            fill(model)
        size = config["image_size"]
        height, width = size if isinstance(size, list) else (size, size)
        channels = config.get("channels", 3)
        values = uniforms(2 * channels * height * width, 1000).astype(np.float32)
        sample = torch.from_numpy(values).double().reshape(2, channels, height, width)
        with torch.no_grad():
            outputs[name] = model(sample, torch.tensor([20.0, 999.0])).float()
        cases[name] = {"config": config, "shapes": {key: list(value.shape) for key, value in model.state_dict().items()}}
        torch.set_default_dtype(torch.float32)
        if not config.get("learned_variance"):
            diffusion = GaussianDiffusion(model, image_size=(height, width),
                                          **{key: config[key] for key in DIFFUSION if key in config})
            levels = diffusion.alphas_cumprod
            cases[name]["alphasCumprod"] = [[t, float(levels[t])] for t in (0, 1, len(levels) // 2, len(levels) - 2)]
    save_file(outputs, OUT / "lucidrains.safetensors")
    (OUT / "lucidrains.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


main()
