"""Writes edit.json: runs of diffusers' RePaintScheduler, and of img2img with two schedulers.

    pip install numpy==2.4.6 torch==2.15.0 diffusers==0.42.1
    python make_edit.py

The network's outputs and the noises are given: call k gets answer k, whatever x is. Inputs are random multiples of 1/64,
exact in float32; tables are float64. README.md describes the file.
"""
import json
import math
import platform
from importlib.metadata import version
from pathlib import Path

import numpy
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, RePaintScheduler
from diffusers.schedulers import scheduling_repaint

from make_linear_rows import float64_tables

SHAPE = (1, 1, 2, 3)
random = numpy.random.default_rng(11)


def exact(count, scale):
    return torch.tensor(numpy.round(random.normal(0, scale, (count, *SHAPE)) * 64) / 64, dtype=torch.float64)


PICTURE = exact(1, 0.4)[0].clamp(-1, 1)
KNOWN = torch.tensor([[[[1.0, 0, 1], [0, 0, 1]]]], dtype=torch.float64)
X = exact(1, 1)[0]
ANSWERS = exact(60, 1.2)
NOISES = exact(160, 1)
# The schedule has as many timesteps as the runs have steps, so that a step back is one step of noise.
SHORT = {"num_train_timesteps": 12, "beta_start": 0.01, "beta_end": 0.4}
LONG = {"num_train_timesteps": 1000, "beta_start": 0.0001, "beta_end": 0.02}


def rounded(values):
    return [float(f"{value:.10g}") for value in values.flatten().tolist()]


def repaint(jump, resample, eta, clip):
    """The loop of RePaintPipeline. `events` has the noise of each step, and the standard normals of each jump back."""
    with float64_tables():
        scheduler = RePaintScheduler(**SHORT, eta=eta, clip_sample=clip)
        scheduler.set_timesteps(12, jump_length=jump, jump_n_sample=resample)
    drawn = iter(NOISES)
    last = None

    def draw(*_, **__):
        nonlocal last
        last = next(drawn)
        return last

    scheduling_repaint.randn_tensor = draw
    x, t_last, call, shown, events = X, 12, 0, [], []
    back, factor = None, 1.0

    def end_way_back():
        nonlocal back, factor
        if back is not None:
            events.append(back / math.sqrt(1 - factor**2))
        back, factor = None, 1.0

    for t in scheduler.timesteps.tolist():
        if t < t_last:
            end_way_back()
            x = scheduler.step(ANSWERS[call], t, x, PICTURE, KNOWN).prev_sample
            shown.append(x)
            events.append(last)
            call += 1
        else:
            x = scheduler.undo_step(x, t_last)
            beta = float(scheduler.betas[t_last])
            back = math.sqrt(1 - beta) * (torch.zeros(SHAPE) if back is None else back) + math.sqrt(beta) * last
            factor *= math.sqrt(1 - beta)
        t_last = t
    return {"jump": jump, "resample": resample, "eta": eta, "clip": clip,
            "events": [rounded(each) for each in events], "x": [rounded(each) for each in shown]}


def img2img(kind, sampler, strength, steps):
    with float64_tables():
        scheduler = kind(**LONG, timestep_spacing="leading")
        scheduler.set_timesteps(steps)
    # As get_timesteps of the img2img pipelines.
    first = max(steps - min(int(steps * strength), steps), 0)
    timesteps = scheduler.timesteps[first:]
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    x = scheduler.add_noise(PICTURE, NOISES[0], timesteps[:1])
    begin, shown = x, []
    for call, t in enumerate(timesteps):
        x = scheduler.step(ANSWERS[call], t, x).prev_sample
        shown.append(x)
    return {"sampler": sampler, "strength": strength, "steps": steps, "timesteps": timesteps.tolist(),
            "begin": rounded(begin), "x": [rounded(each) for each in shown]}


def main():
    compact = lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    versions = {"python": platform.python_version()} | {name: version(name) for name in ("numpy", "torch", "diffusers")}
    runs = [repaint(*case) for case in ((1, 1, 1.0, False), (1, 3, 1.0, True), (3, 2, 0.0, False), (5, 3, 0.5, True))]
    changes = [
        img2img(DDIMScheduler, "ddim", 0.6, 10),
        img2img(DDIMScheduler, "ddim", 1.0, 5),
        img2img(DPMSolverMultistepScheduler, "dpmpp-2m", 0.5, 20),
    ]
    given = {"picture": rounded(PICTURE), "known": [int(each) for each in KNOWN.flatten()], "x": rounded(X),
             "answers": [rounded(each) for each in ANSWERS], "noise": rounded(NOISES[0])}
    lines = lambda values: "[\n" + ",\n".join(compact(each) for each in values) + "\n]"
    text = f'{{"versions":{compact(versions)},\n"inputs":{compact(given)},\n"repaint":{lines(runs)},\n"img2img":{lines(changes)}}}\n'
    Path(__file__).with_name("edit.json").write_text(text)


if __name__ == "__main__":
    main()
