"""Writes guidance.json: rescaled guidance by diffusers' rescale_noise_cfg, in float64.

    python make_guidance.py      # needs numpy, torch (CPU), diffusers

Inputs are exact in float32. The first image has contrast, the second is nearly constant.
"""
import json
import platform
from pathlib import Path

import diffusers
import torch
from diffusers.guiders.guider_utils import rescale_noise_cfg

N = 12
network = torch.tensor(
    [[(((i * 7) % 23) - 11) / 8 for i in range(N)], [0.5 + (i % 3) / 1024 for i in range(N)]], dtype=torch.float64
).reshape(2, 1, 3, 4)
guide = torch.tensor(
    [[(((i * 5) % 17) - 8) / 8 for i in range(N)], [0.25 - (i % 5) / 512 for i in range(N)]], dtype=torch.float64
).reshape(2, 1, 3, 4)

cases = []
for guidance in [0, 1.5, 2, 7.5]:
    for rescale in [0.25, 0.7, 1]:
        combined = guide + guidance * (network - guide)
        result = rescale_noise_cfg(combined, network, guidance_rescale=rescale)
        cases.append({"guidance": guidance, "rescale": rescale, "result": result.flatten().tolist()})

versions = {"python": platform.python_version(), "torch": torch.__version__, "diffusers": diffusers.__version__}
document = {
    "versions": versions,
    "network": network.flatten().tolist(),
    "guide": guide.flatten().tolist(),
    "cases": cases,
}
lines = [
    f'"versions": {json.dumps(versions)}',
    f'"network": {json.dumps(document["network"])}',
    f'"guide": {json.dumps(document["guide"])}',
    '"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]",
]
(Path(__file__).parent / "guidance.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
