"""Writes unet2d/: small UNet2DModels of diffusers with random weights, and their outputs.

    python make_unet2d.py      # needs numpy, torch (CPU), diffusers, safetensors

For each case, `<name>.safetensors` contains the state dict and `<name>.io.safetensors` the inputs and outputs; `cases.json`
contains the configurations as diffusers writes them, the parameter counts and the versions. All weights are random, even
those initialized to zero or one, so that a missing layer changes the outputs. The layers compute in float64, so that the
rounding of the recorded outputs is negligible. (In diffusers, the time encoding is always float32.) `shapes.json` contains
only the names and shapes of published configurations that are too large to store.
"""
import json
import platform
from pathlib import Path

import diffusers
import numpy
import safetensors
import torch
from diffusers import UNet2DModel
from safetensors.torch import save_file

HERE = Path(__file__).parent
OUT = HERE / "unet2d"

# Ho et al.'s settings, as in the published ddpm-* models.
DDPM = dict(downsample_padding=0, flip_sin_to_cos=False, freq_shift=1, norm_eps=1e-6, attention_head_dim=None)

CASES = {
    "ddpm": dict(
        sample_size=8, in_channels=3, out_channels=3, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "UpBlock2D"), **DDPM,
    ),
    # Only widths and groups are set; the rest are the defaults of diffusers.
    "defaults": dict(
        sample_size=8, block_out_channels=(8, 8), norm_num_groups=4,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
    ),
    # One head at the finest level, two at the coarsest and in the middle.
    "heads": dict(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=8,
        attention_head_dim=8,
        down_block_types=("AttnDownBlock2D", "AttnDownBlock2D"), up_block_types=("AttnUpBlock2D", "AttnUpBlock2D"),
    ),
    "classes": dict(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8, 8), layers_per_block=1, norm_num_groups=2,
        attention_head_dim=None, num_class_embeds=5,
        down_block_types=("DownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "UpBlock2D"),
    ),
    # Odd numbers; the time encoding of an odd width ends with a zero. Attention only on the way down or only up.
    "odd": dict(
        sample_size=12, in_channels=2, out_channels=5, block_out_channels=(5, 15, 10), layers_per_block=1,
        norm_num_groups=5, attention_head_dim=5,
        down_block_types=("DownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    ),
    "layers": dict(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8, 12, 8), layers_per_block=2,
        norm_num_groups=4, dropout=0.1, downsample_padding=0,
        attention_head_dim=None,
        down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
    ),
    "centred": dict(
        sample_size=5, in_channels=1, out_channels=1, block_out_channels=(8,), layers_per_block=1, norm_num_groups=8,
        attention_head_dim=4, center_input_sample=True, freq_shift=1, flip_sin_to_cos=True,
        down_block_types=("DownBlock2D",), up_block_types=("UpBlock2D",),
    ),
}

# Configurations of google/ddpm-cifar10-32 and google/ddpm-celebahq-256, which use diffusers' default norm_num_groups.
PUBLISHED = {
    "ddpm-cifar10-32": dict(
        sample_size=32, in_channels=3, out_channels=3, block_out_channels=(128, 256, 256, 256), layers_per_block=2,
        down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), **DDPM,
    ),
    "ddpm-celebahq-256": dict(
        sample_size=256, in_channels=3, out_channels=3, block_out_channels=(128, 128, 256, 256, 512, 512),
        layers_per_block=2,
        down_block_types=("DownBlock2D",) * 4 + ("AttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "AttnUpBlock2D") + ("UpBlock2D",) * 4, **DDPM,
    ),
}

TIMESTEPS = [[0.0, 1.0], [20.0, 333.0], [999.0, 500.0]]


def randomize(model):
    """Randomizes all weights, on a scale that keeps the size of values through the layers."""
    for name, parameter in model.named_parameters():
        fan_in = parameter[0].numel() if parameter.ndim > 1 else None
        values = torch.randn(parameter.shape)
        if fan_in is None:
            values = 0.2 * values + (1.0 if "norm" in name and name.endswith("weight") else 0.0)
        elif "class_embedding" not in name:
            values = values / fan_in**0.5
        parameter.data.copy_(values)


def config_of(model):
    return json.loads(model.to_json_string())


def main():
    OUT.mkdir(exist_ok=True)
    cases = {}
    for seed, (name, config) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = UNet2DModel(**config).eval()
        randomize(model)
        save_file({key: value.contiguous() for key, value in model.state_dict().items()}, OUT / f"{name}.safetensors")
        model = model.double()
        io = {}
        for i, timesteps in enumerate(TIMESTEPS):
            size, channels = config["sample_size"], model.config.in_channels
            sample = torch.randn(2, channels, size, size)
            io[f"{i}.sample"] = sample
            io[f"{i}.timestep"] = torch.tensor(timesteps)
            labels = None
            if model.config.num_class_embeds is not None:
                labels = torch.randint(0, model.config.num_class_embeds, (2,))
                io[f"{i}.class_labels"] = labels.int()
            with torch.no_grad():
                answer = model(sample.double(), torch.tensor(timesteps), class_labels=labels).sample
            io[f"{i}.output"] = answer.float()
        save_file(io, OUT / f"{name}.io.safetensors")
        cases[name] = {"parameters": model.num_parameters(), "config": config_of(model)}
    versions = {
        "python": platform.python_version(), "numpy": numpy.__version__, "torch": torch.__version__,
        "diffusers": diffusers.__version__, "safetensors": safetensors.__version__,
    }
    (OUT / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")

    shapes = {}
    for name, config in PUBLISHED.items():
        with torch.device("meta"):
            model = UNet2DModel(**config)
        shapes[name] = {
            "parameters": model.num_parameters(),
            "config": config_of(model),
            "shapes": {key: ",".join(map(str, value.shape)) for key, value in model.state_dict().items()},
        }
    (OUT / "shapes.json").write_text(json.dumps({"versions": versions, "models": shapes}, indent=1) + "\n")


main()
