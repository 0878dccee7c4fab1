"""Writes scheduler-configs.json, with the texts that diffusers schedulers save for their defaults and for other values.

    pip install torch==2.15.0 diffusers==0.42.1 scipy==1.17.1 torchsde==0.2.6
    python make-scheduler-configs.py                 # writes the file
    python make-scheduler-configs.py --check         # reads written-scheduler-configs.json with from_config

The check loads each configuration that isonoise wrote with the class that the configuration names. The check
fails if the class would ignore or change a key, or cannot make timesteps.
"""
import json
import platform
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import diffusers

OUT = Path(__file__).with_name("scheduler-configs.json")
KARRAS, EXPONENTIAL, BETA = ({f"use_{name}_sigmas": True} for name in ("karras", "exponential", "beta"))
SIGMA_MIN = {"final_sigmas_type": "sigma_min"}

# Each class is saved with its defaults and with other values.
CASES = {
    "DDPMScheduler": [{}, {"variance_type": "fixed_large", "timestep_spacing": "trailing", "clip_sample": False}],
    "DDIMScheduler": [{}, {"set_alpha_to_one": False, "steps_offset": 1, "prediction_type": "v_prediction"}],
    "DDIMInverseScheduler": [{}, {"set_alpha_to_one": False, "timestep_spacing": "trailing"}],
    "EulerDiscreteScheduler": [{}, KARRAS, {"timestep_spacing": "leading", "steps_offset": 1, **EXPONENTIAL, **SIGMA_MIN}],
    "EulerAncestralDiscreteScheduler": [{}, {"timestep_spacing": "trailing"}],
    "HeunDiscreteScheduler": [{}, {"clip_sample": True, "clip_sample_range": 2.0, **BETA}],
    "KDPM2DiscreteScheduler": [{}, {"timestep_spacing": "trailing", **KARRAS}],
    "KDPM2AncestralDiscreteScheduler": [{}, {"beta_schedule": "scaled_linear", **EXPONENTIAL}],
    "LMSDiscreteScheduler": [{}, {"prediction_type": "sample", **BETA}],
    "PNDMScheduler": [{}, {"skip_prk_steps": True, "set_alpha_to_one": True, "steps_offset": 1}],
    "DPMSolverMultistepScheduler": [
        {},
        {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun", "solver_order": 3, **KARRAS},
        {"algorithm_type": "dpmsolver", "euler_at_final": True, "lower_order_final": False, **SIGMA_MIN},
        {"use_lu_lambdas": True, "solver_order": 1},
    ],
    "DPMSolverMultistepInverseScheduler": [{}, {"algorithm_type": "dpmsolver", "solver_order": 3, **KARRAS}],
    "DPMSolverSinglestepScheduler": [
        {},
        {"solver_order": 3, "algorithm_type": "sde-dpmsolver++", "lower_order_final": True},
        {"algorithm_type": "dpmsolver", **EXPONENTIAL, **SIGMA_MIN},
    ],
    "DPMSolverSDEScheduler": [{}, {"noise_sampler_seed": 5, **KARRAS}],
    "DEISMultistepScheduler": [{}, {"solver_order": 3, "lower_order_final": False, "timestep_spacing": "trailing"}],
    "UniPCMultistepScheduler": [
        {},
        {"solver_order": 3, "solver_type": "bh1", "predict_x0": False, "disable_corrector": [0, 1], **SIGMA_MIN},
    ],
    "SASolverScheduler": [
        {},
        {"predictor_order": 3, "corrector_order": 1, "algorithm_type": "noise_prediction", "lower_order_final": False},
    ],
    "LCMScheduler": [{}, {"original_inference_steps": 100, "timestep_scaling": 5.0}],
    "TCDScheduler": [{}, {"clip_sample": True}],
    "FlowMatchEulerDiscreteScheduler": [{}, {"shift": 3.0}],
    "FlowMatchHeunDiscreteScheduler": [{}, {"shift": 0.5}],
    "IPNDMScheduler": [{}, {"num_train_timesteps": 500}],
}


def write():
    texts = {
        name: [getattr(diffusers, name)(**config).to_json_string() for config in configs]
        for name, configs in CASES.items()
    }
    versions = {"python": platform.python_version()} | {
        package: version(package) for package in ("diffusers", "torch", "torchsde")
    }
    OUT.write_text(json.dumps({"versions": versions, "files": texts}, indent=1) + "\n")


def plain(value):
    """Converts tuples to lists, as in a JSON file."""
    return json.loads(json.dumps(value))


def check(config):
    name = config["_class_name"]
    scheduler = getattr(diffusers, name).from_config(config)
    kept = plain(dict(scheduler.config))
    given = {key: value for key, value in config.items() if not key.startswith("_")}
    wrong = {key: value for key, value in given.items() if key not in kept or kept[key] != value}
    assert not wrong, f"{name} does not keep {wrong}"
    scheduler.set_timesteps(4)
    print(name, json.dumps(config.get("_isonoise", {})))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    diffusers.utils.logging.set_verbosity_error()
    if sys.argv[1:] == ["--check"]:
        for config in json.loads(OUT.with_name("written-scheduler-configs.json").read_text()):
            check(config)
    else:
        write()
