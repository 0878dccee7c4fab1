"""Writes references/: outputs of UNet2DModel of diffusers for the configurations of cases.py.

    pip install diffusers==0.42.1 torch==2.15.0 safetensors==0.8.0 numpy==2.4.6
    python make_references.py

Weights and inputs come from formula.py, so only outputs are stored. The networks compute in float64, with the time encoding
in float64 too, so that the recorded outputs have negligible rounding.
"""
import json
import platform
from pathlib import Path

import diffusers
import numpy as np
import safetensors
import torch
from diffusers import UNet2DModel
from diffusers.models import embeddings
from safetensors.torch import save_file

from cases import CASES
from formula import fill, uniforms

OUT = Path(__file__).parent / "references"
SIZE = 8  # for configurations without a size
TIMESTEPS = [[1.0, 20.0], [333.0, 999.0]]
MOST_TIMESTEPS = 1000


def exact_encoding(timesteps, dim, flip_sin_to_cos=False, downscale_freq_shift=1, scale=1, max_period=10000):
    """Computes get_timestep_embedding in float64."""
    half = dim // 2
    exponent = -np.log(max_period) * torch.arange(half, dtype=torch.float64) / (half - downscale_freq_shift)
    angle = timesteps[:, None].double() * torch.exp(exponent)[None, :] * scale
    parts = [torch.cos(angle), torch.sin(angle)] if flip_sin_to_cos else [torch.sin(angle), torch.cos(angle)]
    encoding = torch.cat(parts, dim=-1)
    return torch.nn.functional.pad(encoding, (0, 1)) if dim % 2 == 1 else encoding


embeddings.get_timestep_embedding = exact_encoding


def main():
    OUT.mkdir(exist_ok=True)
    outputs, cases = {}, {}
    for name, config in CASES.items():
        model = UNet2DModel(**config).eval()
        with torch.no_grad():
            fill(model)
        model = model.double()
        size = config.get("sample_size", SIZE)
        height, width = size if isinstance(size, tuple) else (size, size)
        rows = model.config.num_train_timesteps if model.config.time_embedding_type == "learned" else MOST_TIMESTEPS
        timesteps = [[min(t, rows - 1) for t in pair] for pair in TIMESTEPS]
        for i, pair in enumerate(timesteps):
            shape = (2, model.config.in_channels, height, width)
            sample = uniforms(int(np.prod(shape)), 1000 + i).astype(np.float32)
            time = torch.tensor(pair, dtype=torch.float64)
            if model.config.time_embedding_type == "learned":
                time = time.long()
            labels = None
            if model.config.class_embed_type == "identity":
                features = model.config.time_embedding_dim
                labels = torch.from_numpy(uniforms(2 * features, 2000 + i).astype(np.float32)).double().reshape(2, features)
            elif model.config.class_embed_type == "timestep" or model.config.num_class_embeds is not None:
                labels = torch.tensor([1 + i, 2])
            with torch.no_grad():
                answer = model(torch.from_numpy(sample).double().reshape(shape), time, class_labels=labels).sample
            outputs[f"{name}.{i}"] = answer.float().contiguous()
        cases[name] = {
            "config": json.loads(json.dumps(config)),
            "size": [height, width],
            "timesteps": timesteps,
            "parameters": model.num_parameters(),
        }
    save_file(outputs, OUT / "outputs.safetensors")
    versions = {
        "python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
        "diffusers": diffusers.__version__, "safetensors": safetensors.__version__,
    }
    (OUT / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
    print(len(cases), "configurations")


main()
