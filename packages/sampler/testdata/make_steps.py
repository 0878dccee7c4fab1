"""Writes steps.json: runs of diffusers' schedulers with clipping, dynamic thresholding and learned variances.

    pip install numpy==2.4.6 scipy==1.17.1 torch==2.15.0 diffusers==0.42.1 torchsde==0.2.6
    python make_steps.py

These operations are not linear, so make_linear_rows.py cannot describe the runs. A run takes 5 steps on two images of
[1, 3, 4]. The answers of the network, its variances and the noises are given: call k gets answer k, whatever x is.
Inputs are random multiples of 1/64, exact in float32; tables are float64. README.md describes the file.
"""
import json
import math
import platform
import warnings
from importlib.metadata import version
from pathlib import Path

import diffusers
import numpy
import torch

from make_linear_rows import float64_tables, modules

STEPS = 5
CALLS = 10
SHAPE = (2, 1, 3, 4)


def inputs():
    random = numpy.random.default_rng(7)
    exact = lambda values: torch.tensor(numpy.round(values * 64) / 64, dtype=torch.float64)
    return {
        "x": exact(random.normal(0, 1, SHAPE)),
        "answers": exact(random.normal(0, 1.5, (CALLS, *SHAPE))),
        # Some values are outside [-1, 1], as predictions of a network may be.
        "variances": exact(random.uniform(-1.3, 1.3, (CALLS, *SHAPE))),
        "noises": exact(random.normal(0, 1, (CALLS, *SHAPE))),
    }


INPUTS = inputs()
LINEAR = {"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}
COSINE = {"beta_schedule": "squaredcos_cap_v2"}
EPS, X0, V = ({"prediction_type": name} for name in ("epsilon", "sample", "v_prediction"))
LEADING = {"timestep_spacing": "leading"}


def clip(most):
    return {"clip_sample": True, "clip_sample_range": most}


def threshold(ratio, most):
    return {"thresholding": True, "dynamic_thresholding_ratio": ratio, "sample_max_value": most}


BOUNDS = (clip(1.0), clip(0.5), threshold(0.8, 2.5), threshold(0.995, 1.0), threshold(0.3, 100.0))
THRESHOLDS = BOUNDS[2:]


def cases():
    """Class, configuration, arguments of step, and our sampler with its settings."""
    for schedule in (LINEAR, COSINE):
        for prediction in (EPS, X0, V):
            for bound in BOUNDS:
                common = {**schedule, **prediction, **bound}
                for variance, ours in (("fixed_large", "fixedLarge"), ("learned_range", "learnedRange")):
                    yield "DDPMScheduler", {**common, "variance_type": variance}, {}, "ddpm", {"variance": ours}
                yield "DDIMScheduler", common, {"eta": 0.5}, "ddim", {"eta": 0.5, "epsFromClipped": False}
                yield ("DDIMScheduler", common, {"use_clipped_model_output": True}, "ddim",
                       {"eta": 0, "epsFromClipped": True})
            for variance, ours in (("learned", "learned"), ("learned_range", "learnedRange")):
                config = {**schedule, **prediction, "clip_sample": False, "variance_type": variance}
                yield "DDPMScheduler", config, {}, "ddpm", {"variance": ours}
    for prediction in (EPS, X0, V):
        for bound in (clip(1.0), clip(0.5)):
            yield "HeunDiscreteScheduler", {**LINEAR, **LEADING, **prediction, **bound}, {}, "heun", {}
        for bound in THRESHOLDS:
            common = {**LINEAR, **LEADING, **prediction, **bound}
            multistep = "DPMSolverMultistepScheduler"
            plain = {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min"}
            yield multistep, common, {}, "dpmpp-2m", {}
            yield multistep, {**common, "solver_order": 3}, {}, "dpmpp-3m", {}
            yield multistep, {**common, **plain}, {}, "dpm-2m", {}
            yield multistep, {**common, "algorithm_type": "sde-dpmsolver++"}, {}, "dpmpp-2m-sde", {"eta": 1}
            # The class has no timestep_spacing.
            yield "DPMSolverSinglestepScheduler", {**LINEAR, **prediction, **bound}, {}, "dpmpp-2s", {"lowerOrderFinal": True}
            yield "DEISMultistepScheduler", common, {}, "deis", {}
            yield "UniPCMultistepScheduler", common, {}, "unipc", {}
            yield "SASolverScheduler", common, {}, "sa-solver", {"eta": 1}
            yield "LCMScheduler", {**LINEAR, **prediction, **bound}, {}, "lcm", {}


def run(name, config, arguments):
    with float64_tables():
        scheduler = getattr(diffusers, name)(**config)
        scheduler.set_timesteps(STEPS)
        call = 0
        for module in modules():
            if hasattr(module, "randn_tensor"):
                module.randn_tensor = lambda *_, **__: INPUTS["noises"][call]
        scales = hasattr(scheduler, "sigmas") and name == "HeunDiscreteScheduler"
        factor = lambda k: math.sqrt(float(scheduler.sigmas[k]) ** 2 + 1) if scales else 1.0
        predicts = "learned" in str(config.get("variance_type"))
        x = INPUTS["x"] * factor(0)
        shown = []
        for call, t in enumerate(scheduler.timesteps):
            answer = INPUTS["answers"][call]
            # diffusers takes the root of `learned` itself, so it must not be negative.
            variance = INPUTS["variances"][call]
            variance = variance.abs() if config.get("variance_type") == "learned" else variance
            output = torch.cat([answer, variance], 1) if predicts else answer
            x = scheduler.step(output, t, x, **arguments).prev_sample
            shown.append((x / factor(call + 1)).flatten())
        rows = torch.stack(shown)
        assert torch.isfinite(rows).all()
        known = {"sigmas": [float(sigma) for sigma in scheduler.sigmas]} if hasattr(scheduler, "sigmas") else {}
        return {"timesteps": [float(t) for t in scheduler.timesteps], **known,
                "x": [[float(f"{value:.10g}") for value in row] for row in rows.tolist()]}


def main():
    warnings.simplefilter("ignore")
    diffusers.utils.logging.set_verbosity_error()
    for name, *_ in cases():
        getattr(diffusers, name)  # imports its module
    compact = lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    versions = {"python": platform.python_version()} | {
        package: version(package) for package in ("numpy", "scipy", "torch", "diffusers")
    }
    runs = [
        compact({"class": name, "config": config, "step": step, "sampler": sampler, "settings": settings,
                 **run(name, config, step)})
        for name, config, step, sampler, settings in cases()
    ]
    given = {key: values.reshape(-1, 24).tolist() if key != "x" else values.flatten().tolist()
             for key, values in INPUTS.items()}
    text = f'{{"versions":{compact(versions)},\n"inputs":{compact(given)},\n"runs":[\n' + ",\n".join(runs) + "\n]}\n"
    Path(__file__).with_name("steps.json").write_text(text)


if __name__ == "__main__":
    main()
