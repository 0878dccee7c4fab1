"""Writes reference.json: schedule tables in arbitrary precision, and the tables of diffusers for the same configs.

    python make_reference.py      # needs mpmath, numpy, torch (CPU), diffusers

mpmath computes in 50 digits from the definitions alone (products of 1 - beta, no recurrence for 1 - alphaBar) and casts
once; diffusers computes its tables in float32.
"""
import json
import platform
from pathlib import Path

import diffusers
import mpmath
import numpy
import torch
from diffusers import DDIMScheduler, DDPMScheduler
from mpmath import mpf

mpmath.mp.dps = 50
T = 1000
SHOWN = [0, 1, 2, 3, 10, 50, 99, 100, 250, 499, 500, 750, 900, 989, 997, 998, 999]


def linspace(a, b):
    return [a + (b - a) * i / (T - 1) for i in range(T)]


def ramp(a, b):
    return linspace(mpf(a), mpf(b))


def squared(a, b):
    return [root**2 for root in linspace(mpmath.sqrt(mpf(a)), mpmath.sqrt(mpf(b)))]


def sigmoid(a, b):
    return [mpf(a) + (mpf(b) - mpf(a)) / (1 + mpmath.exp(-x)) for x in linspace(mpf(-6), mpf(6))]


def cosine():
    bar = lambda s: mpmath.cos((s + mpf("0.008")) / mpf("1.008") * mpmath.pi / 2) ** 2
    return [min(1 - bar(mpf(t + 1) / T) / bar(mpf(t) / T), mpf("0.999")) for t in range(T)]


# Decimal arguments as strings are exact. A double differs from them by half an ulp.
KINDS = {
    "linear": ramp("0.0001", "0.02"),
    "quadratic": squared("0.0001", "0.02"),
    "scaledLinear": squared("0.00085", "0.012"),
    "sigmoid": sigmoid("0.0001", "0.02"),
    "cosine": cosine(),
    "constant": [mpf("0.02")] * T,
}


def tables(betas):
    bars, bar = [], mpf(1)
    for beta in betas:
        bar *= 1 - beta
        bars.append(bar)
    rows = {name: [] for name in ["betas", "alphaBars", "oneMinusAlphaBars", "snr", "posteriorMeanCoef1",
                                  "posteriorMeanCoef2", "posteriorVariance", "posteriorLogVarianceClipped"]}
    for t in SHOWN:
        bar, prev, beta = bars[t], bars[t - 1] if t else mpf(1), betas[t]
        variance = beta * (1 - prev) / (1 - bar)
        first = betas[1] * (1 - bars[0]) / (1 - bars[1])
        rows["betas"].append(beta)
        rows["alphaBars"].append(bar)
        rows["oneMinusAlphaBars"].append(1 - bar)
        rows["snr"].append(bar / (1 - bar))
        rows["posteriorMeanCoef1"].append(mpmath.sqrt(prev) * beta / (1 - bar))
        rows["posteriorMeanCoef2"].append(mpmath.sqrt(1 - beta) * (1 - prev) / (1 - bar))
        rows["posteriorVariance"].append(variance)
        rows["posteriorLogVarianceClipped"].append(mpmath.log(variance if t else first))
    return {name: [float(value) for value in row] for name, row in rows.items()}


DIFFUSERS = {
    "linear": {"beta_schedule": "linear", "beta_start": 1e-4, "beta_end": 0.02},
    "scaledLinear": {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012},
    "sigmoid": {"beta_schedule": "sigmoid", "beta_start": 1e-4, "beta_end": 0.02},
    "cosine": {"beta_schedule": "squaredcos_cap_v2"},
}


def diffusers_tables():
    out = {}
    for kind, config in DIFFUSERS.items():
        scheduler = DDPMScheduler(num_train_timesteps=T, **config)
        out[kind] = {"betas": [float(scheduler.betas[t]) for t in SHOWN],
                     "alphaBars": [float(scheduler.alphas_cumprod[t]) for t in SHOWN]}
    return out


def diffusers_timesteps():
    rows = []
    for scheduler_class in (DDPMScheduler, DDIMScheduler):
        for spacing in ("leading", "linspace", "trailing"):
            for steps in (1, 2, 3, 7, 10, 25, 50, 100, 333, 999, 1000):
                scheduler = scheduler_class(num_train_timesteps=T, timestep_spacing=spacing)
                scheduler.set_timesteps(steps)
                rows.append([scheduler_class.__name__, spacing, steps, 0, scheduler.timesteps.tolist()])
        scheduler = scheduler_class(num_train_timesteps=T, timestep_spacing="leading", steps_offset=1)
        scheduler.set_timesteps(20)
        rows.append([scheduler_class.__name__, "leading", 20, 1, scheduler.timesteps.tolist()])
    # A long list is represented by its ends and two sums.
    short = lambda ts: ts if len(ts) <= 50 else ts[:5] + ts[-5:] + [sum(ts), sum(i * t for i, t in enumerate(ts))]
    return [row[:4] + [short(row[4])] for row in rows]


out = {
    "versions": {"python": platform.python_version(), "mpmath": mpmath.__version__, "numpy": numpy.__version__,
                 "torch": torch.__version__, "diffusers": diffusers.__version__},
    "numTrainTimesteps": T,
    "shown": SHOWN,
    **{f"exact:{kind}": tables(betas) for kind, betas in KINDS.items()},
    "diffusers": diffusers_tables(),
    "timesteps": diffusers_timesteps(),
    "functions": [[x, float(mpmath.exp(mpf(x))), float(mpmath.log(mpf(abs(x) + 1e-9))),
                   float(mpmath.cos(mpmath.pi / 2 * mpf(abs(x) / 7)))]
                  for x in [-6.0, -5.5, -3.3, -1.0, -0.4, -0.1, 0.0, 1e-3, 0.25, 0.34, 0.7, 1.0, 2.5, 3.5, 3.6, 4.5,
                            5.9, 6.0, 6.9, 6.999]],
}
Path(__file__).with_name("reference.json").write_text(
    "{\n" + ",\n".join(f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in out.items()) + "\n}\n"
)
