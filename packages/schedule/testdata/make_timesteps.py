"""Writes timesteps.json: the timesteps that diffusers visits, for every number of steps.

    pip install numpy==2.4.6
    python make_timesteps.py

The two expressions are those of set_timesteps in diffusers' DDPMScheduler and DDIMScheduler (0.35). A list of n
timesteps is stored as one number, the sum of (i + 1) * t_i, which changes if one tie is rounded differently. For
some n, `trailing` has an additional timestep -1, which is omitted.
"""
import json
from pathlib import Path

import numpy as np

RULES = {
    "linspace": lambda T, n: np.linspace(0, T - 1, n).round()[::-1].copy().astype(np.int64),
    "trailing": lambda T, n: np.round(np.arange(T, 0, -T / n)).astype(np.int64)[:n] - 1,
}


def weighted(timesteps):
    return int(np.dot(timesteps, np.arange(1, len(timesteps) + 1)))


out = {"made_with": f"numpy {np.__version__}"} | {
    f"{name} {T}": [weighted(rule(T, n)) for n in range(1, T + 1)]
    for name, rule in RULES.items()
    for T in (1000, 50, 250, 999)
}
Path(__file__).with_name("timesteps.json").write_text(
    "{\n" + ",\n".join(f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in out.items()) + "\n}\n"
)
