"""Weights and inputs by formula, so that they need not be stored. `formula.ts` computes the same values."""
import numpy as np


def uniforms(count: int, seed: int) -> np.ndarray:
    """Returns numbers in [-1, 1), computed by integer arithmetic."""
    h = np.arange(count, dtype=np.uint64) + np.uint64((seed * 0x9E3779B1) & 0xFFFFFFFF)
    mask = np.uint64(0xFFFFFFFF)
    h &= mask
    h = ((h ^ (h >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & mask
    h = ((h ^ (h >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & mask
    h ^= h >> np.uint64(16)
    return h.astype(np.float64) / 2**31 - 1


def seed_of(name: str) -> int:
    """Returns the FNV-1a hash of a name."""
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def weight(name: str, shape: tuple) -> np.ndarray:
    """Returns the float32 values of a weight. Their scale keeps activations at the same size in all layers."""
    u = uniforms(int(np.prod(shape)), seed_of(name))
    if name == "time_proj.weight" and len(shape) == 1:
        values = 16 * u
    elif len(shape) > 1:
        values = u * np.sqrt(3 / np.prod(shape[1:]))
        if "class_embedding.weight" in name or name == "time_proj.weight":
            values = u
    else:
        values = 0.2 * u + (1.0 if "norm" in name and name.endswith("weight") else 0.0)
    return values.astype(np.float32).reshape(shape)


def fill(model) -> None:
    """Sets all weights of a PyTorch model by formula."""
    import torch

    for name, parameter in model.state_dict().items():
        parameter.copy_(torch.from_numpy(weight(name, tuple(parameter.shape))))
