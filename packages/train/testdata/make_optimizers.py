# Writes optimizers.json: 20 steps of each optimizer in PyTorch, in float64, with clipping to a global norm,
# weight decay, a learning rate that changes, and two moving averages of the weights whose decays change: an exponential
# one with warmup, and a power-function average of length 0.1 (Karras et al. 2024).
#
#   python packages/train/testdata/make_optimizers.py
#
# Made with torch 2.15.0 and Python 3.11.

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn

STEPS = 20
IMAGES, CHANNELS, SIDE, HIDDEN = 3, 2, 3, 4

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(14)


def normal(*shape, scale=1.0):
    """Draws normal values that are exact in float32, so that both programs begin with the same numbers."""
    return (torch.randn(*shape, generator=random) * scale).float().double()


class Net(torch.nn.Module):
    """conv2(silu(conv1(x) + time(t / 10, 1))): a tall matrix, wide matrices, a 3x3 convolution, and vectors."""

    def __init__(self, weights):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(CHANNELS, HIDDEN, 3, padding=1)
        self.time = torch.nn.Linear(2, HIDDEN, bias=False)
        self.conv2 = torch.nn.Conv2d(HIDDEN, CHANNELS, 1)
        self.load_state_dict(weights)

    def forward(self, x, t):
        time = self.time(torch.stack([t / 10, torch.ones_like(t)], dim=1))
        return self.conv2(F.silu(self.conv1(x) + time[:, :, None, None]))


WEIGHTS = {
    "conv1.weight": normal(HIDDEN, CHANNELS, 3, 3, scale=0.3),
    "conv1.bias": normal(HIDDEN, scale=0.3),
    "time.weight": normal(HIDDEN, 2, scale=0.3),
    "conv2.weight": normal(CHANNELS, HIDDEN, 1, 1, scale=0.3),
    "conv2.bias": normal(CHANNELS, scale=0.3),
}
# The second batch has large targets, so that its gradient is clipped. The third batch has small targets.
BATCHES = [
    {
        "sample": normal(IMAGES, CHANNELS, SIDE, SIDE),
        "timestep": torch.tensor([0.0, 5.0, 9.0]),
        "target": normal(IMAGES, CHANNELS, SIDE, SIDE, scale=scale),
        "weight": torch.tensor([1.0, 0.5, 0.25]),
    }
    for scale in (1.0, 3.0, 0.1, 1.5)
]
LEARNING_RATES = [0.01 * min(1, k / 4) * (0.5 + 0.5 * math.cos(math.pi * k / 25)) for k in range(1, STEPS + 1)]
EMA_DECAYS = [min(0.9, (1 + k) / (10 + k)) for k in range(1, STEPS + 1)]
LENGTH = 0.1
# Exponent of an average of length 0.1, by algorithm 2 of Karras et al. 2024.
EXPONENT = np.roots([1, 7, 16 - LENGTH**-2, 12 - LENGTH**-2]).real.max()
EMA2_DECAYS = [(1 - 1 / k) ** (EXPONENT + 1) for k in range(1, STEPS + 1)]


def flat(tensors):
    return [float(f"{value:.10g}") for tensor in tensors for value in tensor.flatten().tolist()]


def run(clip_norm, make_optimizers, slots):
    """Trains a model. `make_optimizers(model)` returns optimizers, and `slots(model, optimizers)` their state vectors."""
    model = Net(WEIGHTS)
    parameters = list(model.parameters())
    averages = [(AveragedModel(model), EMA_DECAYS), (AveragedModel(model), EMA2_DECAYS)]
    for average, _ in averages:
        average.update_parameters(model)  # The first call copies the weights.
    optimizers = make_optimizers(model)
    losses, norms = [], []
    for k in range(STEPS):
        batch = BATCHES[k % len(BATCHES)]
        errors = (model(batch["sample"], batch["timestep"]) - batch["target"]).square().mean(dim=(1, 2, 3))
        loss = (batch["weight"] * errors).mean()
        model.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, math.inf if clip_norm is None else clip_norm)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = LEARNING_RATES[k]
            optimizer.step()
        for average, decays in averages:
            average.avg_fn = get_ema_avg_fn(decays[k])
            average.update_parameters(model)
        losses.append(loss.item())
        norms.append(norm.item())
    return {
        "losses": losses,
        "gradNorms": norms,
        "state": {
            "theta": flat(parameters),
            **slots(model, optimizers),
            "ema": flat(averages[0][0].module.parameters()),
            "ema2": flat(averages[1][0].module.parameters()),
        },
    }


def moments(model, optimizers):
    state = optimizers[0].state
    return {
        "m": flat(state[p]["exp_avg"] for p in model.parameters()),
        "v": flat(state[p]["exp_avg_sq"] for p in model.parameters()),
    }


def adam(kind, clip_norm, beta1, beta2, epsilon, weight_decay):
    make = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind]
    options = {"betas": (beta1, beta2), "eps": epsilon, "weight_decay": weight_decay}
    return {
        "optimizer": {
            "kind": kind,
            "beta1": beta1,
            "beta2": beta2,
            "epsilon": epsilon,
            "weightDecay": weight_decay,
            "clipNorm": clip_norm,
        },
        **run(clip_norm, lambda model: [make(model.parameters(), **options)], moments),
    }


class Lion(torch.optim.Optimizer):
    """Lion (Chen et al. 2023, algorithm 2), which PyTorch does not have."""

    def __init__(self, parameters, betas, weight_decay):
        super().__init__(parameters, {"lr": 0, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p -= group["lr"] * (torch.sign(c) + group["weight_decay"] * p)
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


def lion(clip_norm, beta1, beta2, weight_decay):
    return {
        "optimizer": {
            "kind": "lion",
            "beta1": beta1,
            "beta2": beta2,
            "weightDecay": weight_decay,
            "clipNorm": clip_norm,
        },
        **run(
            clip_norm,
            lambda model: [Lion(model.parameters(), (beta1, beta2), weight_decay)],
            lambda model, optimizers: {"m": flat(optimizers[0].state[p]["m"] for p in model.parameters())},
        ),
    }


# torch.optim.Muon orthogonalizes in bfloat16, which has three digits. This replacement makes it use float64.
torch.bfloat16 = torch.float64


class Muon(torch.optim.Muon):
    """Applies torch.optim.Muon also to convolutions, by passing their weights as matrices that share their memory."""

    def __init__(self, weights, **options):
        self.weights = weights
        self.matrices = [torch.nn.Parameter(w.data.view(w.shape[0], -1)) for w in weights]
        super().__init__(self.matrices, adjust_lr_fn="match_rms_adamw", **options)

    def step(self):
        for matrix, weight in zip(self.matrices, self.weights):
            matrix.grad = weight.grad.view_as(matrix)
        super().step()


def muon(clip_norm, momentum, beta1, beta2, epsilon, weight_decay):
    def is_matrix(p):
        return p.dim() > 1

    def make(model):
        parameters = list(model.parameters())
        return [
            Muon([p for p in parameters if is_matrix(p)], momentum=momentum, weight_decay=weight_decay),
            torch.optim.AdamW(
                [p for p in parameters if not is_matrix(p)],
                betas=(beta1, beta2),
                eps=epsilon,
                weight_decay=weight_decay,
            ),
        ]

    def slots(_, optimizers):
        matrices, others = optimizers
        vectors = others.param_groups[0]["params"]
        return {
            "momentum": flat(matrices.state[p]["momentum_buffer"] for p in matrices.matrices),
            "m": flat(others.state[p]["exp_avg"] for p in vectors),
            "v": flat(others.state[p]["exp_avg_sq"] for p in vectors),
        }

    return {
        "optimizer": {
            "kind": "muon",
            "momentum": momentum,
            "beta1": beta1,
            "beta2": beta2,
            "epsilon": epsilon,
            "weightDecay": weight_decay,
            "clipNorm": clip_norm,
        },
        **run(clip_norm, make, slots),
    }


CASES = [
    adam("adam", None, 0.9, 0.999, 1e-8, 0),
    adam("adam", 0.5, 0.9, 0.999, 1e-8, 0.1),
    adam("adamw", 0.5, 0.9, 0.999, 1e-8, 0.1),
    adam("adamw", 0.5, 0.8, 0.95, 1e-4, 0.01),
    lion(None, 0.9, 0.99, 0),
    lion(0.5, 0.8, 0.95, 0.1),
    muon(None, 0.95, 0.9, 0.999, 1e-8, 0),
    muon(0.5, 0.8, 0.8, 0.95, 1e-4, 0.1),
]


def plain(value):
    return flat([value]) if isinstance(value, torch.Tensor) else value


reference = {
    "torch": torch.__version__,
    "imageShape": {"channels": CHANNELS, "height": SIDE, "width": SIDE},
    "parameters": [{"name": name, "shape": list(value.shape)} for name, value in WEIGHTS.items()],
    "theta": flat(WEIGHTS.values()),
    "batches": [{name: plain(value) for name, value in batch.items()} for batch in BATCHES],
    "learningRates": LEARNING_RATES,
    "emaDecays": EMA_DECAYS,
    "cases": CASES,
}
path = Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
for case in CASES:
    print(case["optimizer"], "norms", min(case["gradNorms"]), max(case["gradNorms"]), "loss", case["losses"][0], case["losses"][-1])
