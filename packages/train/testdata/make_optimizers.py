# Writes optimizers.json: 20 steps of each optimizer in PyTorch, in float64, with clipping to a global norm,
# weight decay, a learning rate that changes, and a moving average of the weights whose decay changes.
#
#   python packages/train/testdata/make_optimizers.py
#
# Made with torch 2.15.0 and Python 3.11.

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn

STEPS = 20
IMAGES, CHANNELS, SIDE, HIDDEN = 3, 2, 3, 4

torch.set_default_dtype(torch.float64)
random = torch.Generator().manual_seed(14)


def normal(*shape, scale=1.0):
    """Normal values that float32 represents exactly, so that both sides begin with the same numbers."""
    return (torch.randn(*shape, generator=random) * scale).float().double()


class Net(torch.nn.Module):
    """conv2(silu(conv1(x) + time(t / 10, 1))): a tall matrix, wide ones, a 3x3 convolution, and vectors."""

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
# The second batch has large targets, so that its gradient is clipped; the third has a small one.
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


def flat(tensors):
    return [float(f"{value:.10g}") for tensor in tensors for value in tensor.flatten().tolist()]


def run(clip_norm, make_optimizers, slots):
    """Trains; `make_optimizers(model)` returns optimizers, `slots(model, optimizers)` the vectors of their state."""
    model = Net(WEIGHTS)
    parameters = list(model.parameters())
    average = AveragedModel(model)
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
        average.avg_fn = get_ema_avg_fn(EMA_DECAYS[k])
        average.update_parameters(model)
        losses.append(loss.item())
        norms.append(norm.item())
    return {
        "losses": losses,
        "gradNorms": norms,
        "state": {
            "theta": flat(parameters),
            **slots(model, optimizers),
            "ema": flat(average.module.parameters()),
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


CASES = [
    adam("adam", None, 0.9, 0.999, 1e-8, 0),
    adam("adam", 0.5, 0.9, 0.999, 1e-8, 0.1),
    adam("adamw", 0.5, 0.9, 0.999, 1e-8, 0.1),
    adam("adamw", 0.5, 0.8, 0.95, 1e-4, 0.01),
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
