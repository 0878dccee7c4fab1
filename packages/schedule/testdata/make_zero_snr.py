"""Writes zero-snr.json: betas rescaled by rescale_zero_terminal_snr of diffusers, in float64, at some timesteps.

    pip install torch==2.15.0 diffusers==0.42.1
    python make_zero_snr.py
"""
import json
import platform
from pathlib import Path

import diffusers
import torch
from diffusers.schedulers.scheduling_ddim import betas_for_alpha_bar, rescale_zero_terminal_snr

SHOWN = [0, 1, 2, 10, 100, 500, 900, 990, 998, 999]
linspace = lambda a, b: torch.linspace(a, b, 1000, dtype=torch.float64)


def cosine():
    float32, torch.float32 = torch.float32, torch.float64
    try:
        return betas_for_alpha_bar(1000)
    finally:
        torch.float32 = float32


KINDS = {
    "linear": linspace(0.0001, 0.02),
    "scaledLinear": linspace(0.00085**0.5, 0.012**0.5) ** 2,
    "cosine": cosine(),
}

if __name__ == "__main__":
    tables = {}
    for kind, betas in KINDS.items():
        rescaled = rescale_zero_terminal_snr(betas)
        bars = torch.cumprod(1 - rescaled, dim=0)
        tables[kind] = {
            "t": SHOWN,
            "betas": [float(rescaled[t]) for t in SHOWN],
            "alphaBars": [float(bars[t]) for t in SHOWN],
        }
    versions = {"python": platform.python_version(), "diffusers": diffusers.__version__, "torch": torch.__version__}
    Path(__file__).with_name("zero-snr.json").write_text(json.dumps({"versions": versions, "tables": tables}) + "\n")
