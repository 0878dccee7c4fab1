"""Writes reference.json: single reverse steps of diffusers' DDPMScheduler and DDIMScheduler on fixed inputs.

    python make_reference.py      # needs numpy, torch (CPU), diffusers

The tables of the schedulers and the inputs are float64, so that a difference comes from a formula and not from rounding.
Inputs are small rational numbers, exact in float32. Some are outside [-1, 1], so that clipping has an effect. Given
numbers replace the noise of the scheduler, so that a step is a function of its inputs.
"""
import json
import math
import platform
from pathlib import Path

import diffusers
import numpy
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from diffusers.schedulers import scheduling_ddim, scheduling_ddpm

T = 1000
N = 12
X = torch.tensor([[(((i * 7) % 23) - 11) / 8 for i in range(N)]], dtype=torch.float64)
OUTPUT = torch.tensor([[(((i * 5) % 17) - 8) / 8 for i in range(N)]], dtype=torch.float64)
NOISE = torch.tensor([[(((i * 11) % 19) - 9) / 8 for i in range(N)]], dtype=torch.float64)

# Both schedulers draw noise through this name.
scheduling_ddpm.randn_tensor = lambda *args, **kwargs: NOISE
scheduling_ddim.randn_tensor = lambda *args, **kwargs: NOISE

def float64_tables(scheduler, kind):
    if kind == "linear":
        betas = torch.linspace(1e-4, 0.02, T, dtype=torch.float64)
    else:
        bar = lambda s: math.cos((s + 0.008) / 1.008 * math.pi / 2) ** 2
        betas = torch.tensor([min(1 - bar((t + 1) / T) / bar(t / T), 0.999) for t in range(T)], dtype=torch.float64)
    assert torch.allclose(scheduler.betas.double(), betas, rtol=1e-5, atol=1e-8)
    scheduler.betas = betas
    scheduler.alphas = 1 - betas
    scheduler.alphas_cumprod = torch.cumprod(scheduler.alphas, dim=0)
    return scheduler


SCHEDULES = {"linear": {"beta_schedule": "linear"}, "cosine": {"beta_schedule": "squaredcos_cap_v2"}}


def steps():
    rows = []
    for kind, config in SCHEDULES.items():
        for prediction in ("epsilon", "sample", "v_prediction"):
            for clip in (None, 1.0):
                common = dict(num_train_timesteps=T, prediction_type=prediction, clip_sample=clip is not None,
                              clip_sample_range=clip or 1.0, timestep_spacing="leading", **config)
                for count in (1000, 50):
                    for variance in ("fixed_small", "fixed_large"):
                        scheduler = float64_tables(DDPMScheduler(variance_type=variance, **common), kind)
                        scheduler.set_timesteps(count)
                        for t in (0, 20, 500, 980):
                            row = scheduler.step(OUTPUT, t, X)
                            rows.append({"sampler": "ddpm", "schedule": kind, "predictionType": prediction, "clip": clip,
                                         "variance": variance, "t": t, "tPrev": max(-1, t - T // count),
                                         "x": row.prev_sample[0].tolist(), "x0": row.pred_original_sample[0].tolist()})
                for eta in (0.0, 0.6, 1.0):
                    for clipped in ((False, True) if clip else (False,)):
                        scheduler = float64_tables(DDIMScheduler(**common), kind)
                        scheduler.set_timesteps(50)
                        for t in (0, 20, 500, 980):
                            row = scheduler.step(OUTPUT, t, X, eta=eta, use_clipped_model_output=clipped)
                            rows.append({"sampler": "ddim", "schedule": kind, "predictionType": prediction, "clip": clip,
                                         "eta": eta, "epsFromClipped": clipped, "t": t, "tPrev": max(-1, t - 20),
                                         "x": row.prev_sample[0].tolist(), "x0": row.pred_original_sample[0].tolist()})
    return rows


def rounded(value):
    """Rounds to more digits than the float32 values in the comparison have."""
    if isinstance(value, list):
        return [float(f"{each:.11g}") for each in value]
    return value


out = {
    "versions": {"python": platform.python_version(), "numpy": numpy.__version__, "torch": torch.__version__,
                 "diffusers": diffusers.__version__},
    "inputs": {"x": X[0].tolist(), "output": OUTPUT[0].tolist(), "noise": NOISE[0].tolist()},
}
lines = [f'"{key}": {json.dumps(value)}' for key, value in out.items()]
rows = ",\n".join(json.dumps({k: rounded(v) for k, v in row.items()}, separators=(",", ":")) for row in steps())
Path(__file__).with_name("reference.json").write_text("{\n" + ",\n".join(lines) + ',\n"steps": [\n' + rows + "\n]\n}\n")
