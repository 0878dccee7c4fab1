"""Writes awjuliani/: outputs of the reference implementation's U-Net.

    git clone https://github.com/awjuliani/pytorch-diffusion
    python make_awjuliani.py pytorch-diffusion      # needs numpy, torch (CPU), safetensors

The network is the `DiffusionModel` of the clone. A stand-in replaces its base class of pytorch_lightning, because the
training loop is not needed. Weights are not stored: this script and the tests compute them by the integer arithmetic of
`weight_values`, which is exact everywhere. `narrow` is the same class with modules of other widths and an unchanged
forward pass. `cases.json` contains names and shapes of the state dicts, and the versions of the packages.
"""
import json
import platform
import subprocess
import sys
import types
from pathlib import Path

import numpy
import safetensors
import torch
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent
OUT = HERE / "awjuliani"


class LightningModule(nn.Module):
    @property
    def device(self):
        return next(self.parameters()).device


sys.modules["pytorch_lightning"] = types.SimpleNamespace(LightningModule=LightningModule)
sys.path.insert(0, sys.argv[1])
from model import DiffusionModel  # noqa: E402
from modules import DoubleConv, Down, OutConv, SAWrapper, Up  # noqa: E402


class Narrow(DiffusionModel):
    """DiffusionModel with `width` channels in place of 64."""

    def __init__(self, depth, width):
        super().__init__(32 * 32, 1000, depth)
        self.width = width
        w = width
        self.inc = DoubleConv(depth, w)
        self.down1 = Down(w, 2 * w)
        self.down2 = Down(2 * w, 4 * w)
        self.down3 = Down(4 * w, 4 * w)
        self.up1 = Up(8 * w, 2 * w)
        self.up2 = Up(4 * w, w)
        self.up3 = Up(2 * w, w)
        self.outc = OutConv(w, depth)
        self.sa1 = SAWrapper(4 * w, 8)
        self.sa2 = SAWrapper(4 * w, 4)
        self.sa3 = SAWrapper(2 * w, 8)

    def pos_encoding(self, t, channels, embed_size):
        return super().pos_encoding(t, channels * self.width // 64, embed_size)


def uniforms(count, seed):
    """`count` numbers in [-1, 1): the finalizer of MurmurHash3 over i + seed · 0x9E3779B1, in 32-bit integers."""
    h = numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(seed * 0x9E3779B1 % 2**32)
    h ^= h >> numpy.uint32(16)
    h *= numpy.uint32(0x85EBCA6B)
    h ^= h >> numpy.uint32(13)
    h *= numpy.uint32(0xC2B2AE35)
    h ^= h >> numpy.uint32(16)
    return h.astype(numpy.float64) / 2**31 - 1


def weight_values(name, shape, seed):
    """Matrices and kernels within ±1/√fan_in; biases within ±0.2; scales of norms in 1 ± 0.2."""
    values = uniforms(int(numpy.prod(shape)), seed)
    if len(shape) > 1:
        values = values / numpy.sqrt(numpy.prod(shape[1:]))
    else:
        values = 0.2 * values + (1.0 if name.endswith("weight") else 0.0)
    return values.astype(numpy.float32).reshape(shape)


def main():
    OUT.mkdir(exist_ok=True)
    torch.manual_seed(0)
    cases = {}
    models = {
        "narrow": (Narrow(3, 4), 4, [[0.0, 1.0], [500.0, 999.0]]),
        "full": (DiffusionModel(32 * 32, 1000, 1), 64, [[3.0, 700.0]]),
    }
    for name, (model, width, timesteps) in models.items():
        state = model.state_dict()
        # Largest initial value in PyTorch, to check the bound of our initialization.
        started = {k: float(f"{v.abs().max().item():.4g}") for k, v in state.items()}
        model.load_state_dict(
            {k: torch.from_numpy(weight_values(k, tuple(v.shape), i)) for i, (k, v) in enumerate(state.items())}
        )
        model = model.double()
        depth = model.outc.conv.out_channels
        io = {}
        for i, t in enumerate(timesteps):
            sample = torch.from_numpy(uniforms(2 * depth * 32 * 32, 1000 + i).reshape(2, depth, 32, 32)).float()
            with torch.no_grad():
                answer = model(sample.double(), torch.tensor(t).view(-1, 1))
            # Inputs are not stored either; they are `uniforms` with seed 1000 + i.
            io[f"{i}.timestep"] = torch.tensor(t)
            io[f"{i}.output"] = answer.float()
        save_file(io, OUT / f"{name}.io.safetensors")
        cases[name] = {
            "parameters": sum(p.numel() for p in model.parameters()),
            "config": {"_class_name": "AwjulianiUNet", "in_channels": depth, "base_channels": width},
            "shapes": {k: ",".join(map(str, v.shape)) for k, v in state.items()},
            "started": started,
        }
    commit = subprocess.run(
        ["git", "-C", sys.argv[1], "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    versions = {
        "reference": f"github.com/awjuliani/pytorch-diffusion at {commit}", "python": platform.python_version(),
        "numpy": numpy.__version__, "torch": torch.__version__, "safetensors": safetensors.__version__,
    }
    (OUT / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")


main()
