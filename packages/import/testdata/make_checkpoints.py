"""Writes checkpoints/: small PyTorch files with the weights of one network, by formula.py.

    pip install torch==2.15.0 diffusers==0.42.1 numpy==2.4.6
    python make_checkpoints.py

If Python loaded hostile.pt, it would run a command, which only prints a text.
"""
import collections
import json
import os
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DModel
from diffusers.training_utils import EMAModel

from formula import fill

OUT = Path(__file__).parent / "checkpoints"
CONFIG = dict(
    sample_size=4, in_channels=1, out_channels=1, block_out_channels=(4,), layers_per_block=1, norm_num_groups=2,
    attention_head_dim=2, down_block_types=("AttnDownBlock2D",), up_block_types=("UpBlock2D",),
)


class Hostile:
    def __reduce__(self):
        return os.system, ("echo executed",)


class Python2Dict(collections.OrderedDict):
    def __reduce__(self):
        return collections.OrderedDict, ([[key, value] for key, value in self.items()],)


class Trainer:
    """A class of the user, as in a model that is pickled as a whole."""


def main():
    OUT.mkdir(exist_ok=True)
    model = UNet2DModel(**CONFIG)
    with torch.no_grad():
        fill(model)
    state = model.state_dict()
    (OUT / "config.json").write_text(model.to_json_string())
    torch.save(state, OUT / "plain.pt")
    torch.save(state, OUT / "protocol-4.pt", pickle_protocol=4)
    torch.save(dict(model.named_parameters()), OUT / "parameters.pt")
    for name, dtype in {"half": torch.float16, "bfloat16": torch.bfloat16, "double": torch.float64}.items():
        torch.save({key: value.to(dtype) for key, value in state.items()}, OUT / f"{name}.pt")
    torch.save({f"module.{key}": value for key, value in state.items()}, OUT / "parallel.pt")
    # Views of one storage, transposed and with an offset.
    views = {}
    for key, value in state.items():
        wide = torch.zeros(3, *value.shape[::-1])
        view = wide.permute(0, *range(value.ndim, 0, -1))[1]
        view.copy_(value)
        views[key] = view
    torch.save(views, OUT / "views.pt")
    # A training: the raw weights are twice the averaged ones.
    raw = {key: 2 * value for key, value in state.items()}
    optimizer = torch.optim.Adam(model.parameters())
    training = {"step": 7, "model": raw, "ema": {f"ema_model.{key}": value for key, value in state.items()},
                "opt": optimizer.state_dict(), "loss": 0.5, "names": {"a": (1, None, True)}}
    torch.save(training, OUT / "training.pt")
    ema = EMAModel(model.parameters())
    torch.save({"unet": raw, "ema_state": ema.state_dict()}, OUT / "shadow.pt")
    torch.save({"state_dict": state, "callback": Hostile()}, OUT / "hostile.pt")
    torch.save({"state_dict": state, "trainer": Trainer()}, OUT / "trainer.pt")
    # The format before PyTorch 1.6: a training, and a dictionary as Python 2 wrote it.
    torch.save({"model": state, "opt": optimizer.state_dict()}, OUT / "old.pt", _use_new_zipfile_serialization=False)
    torch.save(Python2Dict(state), OUT / "python-2.pt", _use_new_zipfile_serialization=False)
    # PyTorch Lightning, whose settings and metrics are numbers of numpy.
    torch.save({
        "epoch": 3, "global_step": np.int64(7), "pytorch-lightning_version": "2.5.0",
        "state_dict": {f"model.{key}": value for key, value in state.items()},
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5), "current_score": np.float64(0.5)}},
        "hyper_parameters": {"betas": np.array([0.9, 0.99]), "rate": np.float32(1e-4), "layers": {1, 2}},
        "optimizer_states": [optimizer.state_dict()],
    }, OUT / "lightning.pt")


main()
