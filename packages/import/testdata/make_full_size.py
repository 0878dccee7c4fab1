"""Writes folders with the shapes of google/ddpm-cifar10-32 and google/ddpm-cat-256, with random weights and an output.

    pip install diffusers==0.42.1 torch==2.15.0 safetensors==0.8.0
    python make_full_size.py FOLDER
    pnpm import-model FOLDER/ddpm-cifar10-32 --out FOLDER/cifar10 --samples 1 --sample-steps 2
    pnpm import-model FOLDER/ddpm-cat-256 --out FOLDER/cat --samples 1 --sample-steps 2

docs/import.md records the result. The folders take 600 MB.
"""
import sys
from pathlib import Path

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from safetensors.torch import save_file

SHARED = dict(attention_head_dim=None, downsample_padding=0, flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6,
              norm_num_groups=32, layers_per_block=2)
PLAIN, ATTENTION = "{}Block2D", "Attn{}Block2D"


def blocks(direction, kinds):
    return tuple(kind.format(direction) for kind in kinds)


MODELS = {
    "ddpm-cifar10-32": dict(SHARED, sample_size=32, block_out_channels=(128, 256, 256, 256),
                            down_block_types=blocks("Down", [PLAIN, ATTENTION, PLAIN, PLAIN]),
                            up_block_types=blocks("Up", [PLAIN, PLAIN, ATTENTION, PLAIN])),
    "ddpm-cat-256": dict(SHARED, sample_size=256, block_out_channels=(128, 128, 256, 256, 512, 512),
                         down_block_types=blocks("Down", [PLAIN] * 4 + [ATTENTION, PLAIN]),
                         up_block_types=blocks("Up", [PLAIN, ATTENTION] + [PLAIN] * 4)),
}


def main():
    root = Path(sys.argv[1])
    for name, config in MODELS.items():
        torch.manual_seed(7)
        model = UNet2DModel(**config).eval()
        print(f"{name}: {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
        DDPMPipeline(unet=model, scheduler=DDPMScheduler()).save_pretrained(root / name)
        size = config["sample_size"]
        sample, timestep = torch.randn(2, 3, size, size), torch.tensor([10.0, 900.0])
        with torch.no_grad():
            output = model(sample, timestep).sample
        save_file({"sample": sample, "timestep": timestep, "out_sample": output}, root / name / "unet" / "recorded.safetensors")


main()
