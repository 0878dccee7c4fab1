"""Writes linear-rows/<class>.json.gz: what diffusers' schedulers do, as coefficients.

    pip install numpy==2.4.6 scipy==1.17.1 torch==2.15.0 diffusers==0.42.1 torchsde==0.2.6
    python make_linear_rows.py            # all classes; or names of some

Without clipping or thresholding a scheduler is linear in x_T, in the network's answers and in the noises, and its
coefficients depend on the grid alone. So x_T, each answer and each noise are unit vectors here, and the result of
`step` holds the coefficients. README.md describes the files.

All tables are float64: `torch.float32` and `numpy.float32` mean float64 inside the modules of the schedulers. Each run is
repeated with the schedulers as they are; the largest difference is kept with the run.
"""
import gzip
import json
import math
import platform
import sys
import warnings
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import diffusers
import numpy
import scipy
import torch

OUT = Path(__file__).with_name("linear-rows")
STEPS = (2, 5, 20, 50)
MANY = 999
# A run with many steps has rows only after these calls and after the last one, to keep the files small.
SOME = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512}

LINEAR = {"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}
SCALED = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
COSINE = {"beta_schedule": "squaredcos_cap_v2"}
EPS, X0, V = ({"prediction_type": name} for name in ("epsilon", "sample", "v_prediction"))
LEADING, LINSPACE, TRAILING = ({"timestep_spacing": name} for name in ("leading", "linspace", "trailing"))
OFFSET = {"steps_offset": 1}
ZERO_SNR = {"rescale_betas_zero_snr": True}
KARRAS, EXPONENTIAL, BETA = ({f"use_{name}_sigmas": True} for name in ("karras", "exponential", "beta"))
LU = {"use_lu_lambdas": True}
NO_CLIP = {"clip_sample": False}


def case(*parts, step=None, set_timesteps=None, many=False):
    """A configuration, with arguments of `step` and `set_timesteps` where they are not the defaults."""
    config = {key: value for part in parts for key, value in part.items()}
    return {"config": config, "step": step or {}, "set_timesteps": set_timesteps or {}, "many": many}


# The first case of a class, and each case with `many`, is also run with MANY steps.
CASES = {
    "DDPMScheduler": [
        case(NO_CLIP, LINEAR, EPS, LEADING),
        case(NO_CLIP, SCALED, V, LEADING, OFFSET, {"variance_type": "fixed_large"}),
        case(NO_CLIP, COSINE, X0, TRAILING, {"variance_type": "fixed_small_log"}),
        case(NO_CLIP, LINEAR, EPS, LINSPACE),
        case(NO_CLIP, LINEAR, EPS, LEADING, {"variance_type": "fixed_large_log"}),
        case(NO_CLIP, LINEAR, V, TRAILING, ZERO_SNR),
    ],
    "DDIMScheduler": [
        case(NO_CLIP, LINEAR, EPS, LEADING),
        case(NO_CLIP, LINEAR, EPS, LEADING, step={"eta": 1.0}),
        case(NO_CLIP, SCALED, V, LEADING, OFFSET, {"set_alpha_to_one": False}, step={"eta": 0.5}),
        case(NO_CLIP, COSINE, X0, LINSPACE, step={"eta": 0.7}),
        case(NO_CLIP, LINEAR, V, TRAILING, ZERO_SNR),
    ],
    "DDIMInverseScheduler": [
        case(NO_CLIP, LINEAR, EPS, LEADING),
        case(NO_CLIP, SCALED, V, LEADING, {"set_alpha_to_one": False}),
        case(NO_CLIP, COSINE, V, TRAILING),
        case(NO_CLIP, SCALED, EPS, LEADING, OFFSET),
        case(NO_CLIP, SCALED, X0, LEADING),
    ],
    "EulerDiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, X0, LEADING, EXPONENTIAL),
        case(SCALED, EPS, LEADING, OFFSET, BETA),
        case(SCALED, V, TRAILING, ZERO_SNR),
        case(LINEAR, EPS, TRAILING, {"final_sigmas_type": "sigma_min"}),
        case(LINEAR, EPS, LEADING, step={"s_churn": 10.0, "s_noise": 1.007, "s_tmin": 0.05, "s_tmax": 50.0}),
    ],
    "EulerAncestralDiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, V, LINSPACE),
        case(SCALED, EPS, TRAILING),
        case(COSINE, V, LEADING, OFFSET),
        case(SCALED, V, TRAILING, ZERO_SNR),
    ],
    "HeunDiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, X0, LEADING, OFFSET, EXPONENTIAL),
        case(LINEAR, EPS, TRAILING, BETA),
    ],
    "KDPM2DiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, EPS, LEADING, OFFSET, EXPONENTIAL),
        case(LINEAR, V, TRAILING, BETA),
    ],
    "KDPM2AncestralDiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, EPS, LEADING, OFFSET, EXPONENTIAL),
        case(LINEAR, V, TRAILING, BETA),
    ],
    "LMSDiscreteScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, X0, LEADING, OFFSET, EXPONENTIAL),
        case(LINEAR, EPS, LEADING, step={"order": 2}),
    ],
    "PNDMScheduler": [
        case(LINEAR, EPS, LEADING),
        case(LINEAR, EPS, LEADING, {"skip_prk_steps": True}),
        case(SCALED, V, LEADING, OFFSET, {"skip_prk_steps": True}),
        case(SCALED, V, LEADING, {"set_alpha_to_one": True}),
        case(COSINE, EPS, TRAILING, {"skip_prk_steps": True}),
        case(SCALED, EPS, LINSPACE, {"skip_prk_steps": True, "set_alpha_to_one": True}),
        case(SCALED, EPS, LEADING, OFFSET, {"skip_prk_steps": True}, many=True),
        case(COSINE, EPS, LEADING, {"skip_prk_steps": True}),
        # Runge-Kutta visits the middle of each step, so 999 steps need two timesteps each.
        case(SCALED, EPS, LEADING, {"num_train_timesteps": 1998}, many=True),
        case(SCALED, EPS, LEADING, {"set_alpha_to_one": True}),
        case(LINEAR, EPS, TRAILING, {"skip_prk_steps": True}),
    ],
    # The class has a schedule of its own; only the number of timesteps is configured.
    "IPNDMScheduler": [case({"num_train_timesteps": T}) for T in (1000, 500, 250, 100)],
    "DPMSolverMultistepScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE, {"solver_order": 1}),
        case(SCALED, V, TRAILING, {"solver_order": 3}),
        case(COSINE, X0, LINSPACE, {"solver_type": "heun"}),
        case(SCALED, EPS, LEADING, OFFSET, KARRAS, {"euler_at_final": True}),
        case(LINEAR, EPS, LEADING, {"solver_order": 3, "lower_order_final": False, "final_sigmas_type": "sigma_min"}),
        case(LINEAR, EPS, LEADING, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, LINSPACE, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 3}),
        case(SCALED, V, LINSPACE, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_type": "heun"}),
        case(LINEAR, EPS, LEADING, {"algorithm_type": "sde-dpmsolver++"}),
        case(SCALED, V, TRAILING, KARRAS, {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"}),
        case(SCALED, EPS, LINSPACE, {"algorithm_type": "sde-dpmsolver++", "solver_order": 1}),
        case(SCALED, EPS, LINSPACE, {"algorithm_type": "sde-dpmsolver++", "solver_order": 3}),
        case(LINEAR, EPS, LEADING, {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, LINSPACE, EXPONENTIAL),
        case(SCALED, EPS, LINSPACE, BETA),
        case(SCALED, EPS, LINSPACE, LU),
        case(SCALED, V, TRAILING, ZERO_SNR),
        case(SCALED, EPS, LINSPACE, {"algorithm_type": "sde-dpmsolver", "final_sigmas_type": "sigma_min", "solver_type": "heun"}),
        case(LINEAR, EPS, LEADING, {"solver_order": 3, "euler_at_final": True, "final_sigmas_type": "sigma_min"}),
        case(COSINE, V, LEADING, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 1}),
    ],
    "DPMSolverMultistepInverseScheduler": [
        case(LINEAR, EPS, LINSPACE),
        case(SCALED, V, LEADING, OFFSET, {"solver_order": 3}),
        case(COSINE, X0, TRAILING, {"solver_type": "heun"}),
        case(COSINE, X0, TRAILING),
        case(SCALED, EPS, LINSPACE, {"algorithm_type": "dpmsolver"}),
        case(SCALED, EPS, LINSPACE, KARRAS, {"solver_order": 1}),
    ],
    "DPMSolverSinglestepScheduler": [
        case(LINEAR, EPS),
        case(SCALED, V, {"solver_order": 3}),
        case(COSINE, X0, {"solver_order": 1}),
        case(SCALED, EPS, {"solver_type": "heun"}),
        case(SCALED, EPS, {"solver_order": 3, "solver_type": "heun"}),
        case(SCALED, EPS, KARRAS, {"lower_order_final": True}),
        case(LINEAR, EPS, {"solver_order": 3, "lower_order_final": True}),
        case(LINEAR, EPS, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 3}),
        case(SCALED, EPS, {"algorithm_type": "sde-dpmsolver++"}),
        case(LINEAR, V, EXPONENTIAL, {"solver_order": 2, "lower_order_final": True}),
        case(LINEAR, V, {"algorithm_type": "dpmsolver", "final_sigmas_type": "sigma_min", "solver_order": 3, "solver_type": "heun"}),
        case(SCALED, EPS, {"algorithm_type": "sde-dpmsolver++", "solver_order": 3}),
        case(SCALED, EPS, {"algorithm_type": "sde-dpmsolver++", "solver_type": "heun"}),
    ],
    "DEISMultistepScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, V, LINSPACE, {"solver_order": 3}),
        case(COSINE, X0, TRAILING, {"solver_order": 1}),
        case(SCALED, EPS, LINSPACE, KARRAS),
        case(SCALED, EPS, LEADING, OFFSET, {"solver_order": 3, "lower_order_final": False}),
    ],
    "UniPCMultistepScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, V, LINSPACE, {"solver_order": 3}),
        case(COSINE, X0, TRAILING, {"solver_type": "bh1"}),
        case(SCALED, X0, LINSPACE, {"solver_type": "bh1", "final_sigmas_type": "sigma_min"}),
        case(COSINE, V, LEADING, {"solver_type": "bh1", "solver_order": 3, "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, LINSPACE, {"solver_order": 3, "lower_order_final": False, "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, LINSPACE, KARRAS, {"solver_order": 3}),
        case(SCALED, EPS, LEADING, OFFSET, {"disable_corrector": [0, 1, 2]}),
        case(LINEAR, EPS, LINSPACE, {"predict_x0": False, "final_sigmas_type": "sigma_min"}),
        case(LINEAR, EPS, LINSPACE, {"predict_x0": False, "solver_type": "bh1", "solver_order": 3, "final_sigmas_type": "sigma_min"}),
        case(SCALED, EPS, LINSPACE, {"solver_order": 1}),
        case(SCALED, V, TRAILING, ZERO_SNR),
        case(SCALED, V, LINSPACE, {"predict_x0": False, "solver_order": 3, "final_sigmas_type": "sigma_min"}),
        case(LINEAR, EPS, LEADING, {"solver_type": "bh1", "solver_order": 1, "final_sigmas_type": "sigma_min"}),
    ],
    "SASolverScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, V, LINSPACE, {"predictor_order": 3, "corrector_order": 3}),
        case(COSINE, X0, TRAILING, {"predictor_order": 1, "corrector_order": 1}),
        case(SCALED, EPS, LINSPACE, KARRAS),
        case(SCALED, EPS, LINSPACE, {"predictor_order": 3, "corrector_order": 1}),
        case(LINEAR, EPS, LINSPACE, {"algorithm_type": "noise_prediction"}),
        case(SCALED, V, LINSPACE, {"algorithm_type": "noise_prediction", "predictor_order": 3, "corrector_order": 3}),
        case(LINEAR, EPS, LEADING, {"corrector_order": 3, "lower_order_final": False}),
        case(SCALED, EPS, LINSPACE, {"predictor_order": 4, "corrector_order": 4}),
        case(LINEAR, V, TRAILING, {"algorithm_type": "noise_prediction", "predictor_order": 2, "corrector_order": 4}),
    ],
    "DPMSolverSDEScheduler": [
        case(LINEAR, EPS, LEADING),
        case(SCALED, EPS, LINSPACE),
        case(SCALED, V, TRAILING, KARRAS),
        case(COSINE, EPS, LEADING, OFFSET, EXPONENTIAL),
    ],
    "LCMScheduler": [
        case(NO_CLIP, SCALED, EPS),
        case(NO_CLIP, LINEAR, V),
        case(NO_CLIP, SCALED, X0, {"set_alpha_to_one": False}),
        case(NO_CLIP, COSINE, V, ZERO_SNR, {"original_inference_steps": 100, "timestep_scaling": 5.0}),
        case(NO_CLIP, SCALED, EPS, {"original_inference_steps": 1000}, many=True),
    ],
    "TCDScheduler": [
        case(NO_CLIP, SCALED, EPS),
        case(NO_CLIP, LINEAR, V, step={"eta": 0.0}),
        case(NO_CLIP, SCALED, X0, {"set_alpha_to_one": False}, step={"eta": 0.7}),
        case(NO_CLIP, COSINE, V, {"original_inference_steps": 100}, step={"eta": 1.0}),
        case(NO_CLIP, SCALED, EPS, {"original_inference_steps": 1000}, many=True),
    ],
    "FlowMatchEulerDiscreteScheduler": [
        case({}),
        case({"shift": 3.0}),
        case({"shift": 3.0}, KARRAS),
        case({"shift": 1.5, "shift_terminal": 0.02}),
        case({"stochastic_sampling": True}),
        case({"shift": 0.5}),
        case({"shift": 6.0, "num_train_timesteps": 500}),
    ],
    "FlowMatchHeunDiscreteScheduler": [case({"shift": shift}) for shift in (1.0, 3.0, 0.5, 6.0)],
}


class Float64:
    """A module whose float32 is float64."""

    def __init__(self, module):
        self._module = module
        self.float32 = module.float64

    def __getattr__(self, name):
        return getattr(self._module, name)


def modules():
    return [module for name, module in list(sys.modules.items()) if name.startswith("diffusers.schedulers.scheduling_")]


@contextmanager
def float64_tables():
    """Makes the schedulers compute in float64."""
    for module in modules():
        for name, library in (("torch", torch), ("np", numpy)):
            if hasattr(module, name):
                setattr(module, name, Float64(library))
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)
        for module in modules():
            for name, library in (("torch", torch), ("np", numpy)):
                if hasattr(module, name):
                    setattr(module, name, library)


class Run:
    """One run of a scheduler over unit vectors."""

    def __init__(self, name, case, steps):
        self.scheduler = getattr(diffusers, name)(**case["config"])
        config = dict(self.scheduler.config)
        self.scheduler.set_timesteps(steps, **case["set_timesteps"])
        self.changed = {key: value for key, value in self.scheduler.config.items() if config.get(key) != value}
        self.timesteps = list(self.scheduler.timesteps)
        self.calls = len(self.timesteps)
        self.drawn = [0] * self.calls
        self.scheduler.noise_sampler = self.noise  # For DPMSolverSDEScheduler; the others call randn_tensor.
        for module in modules():
            if hasattr(module, "randn_tensor"):
                module.randn_tensor = self.noise
        self.follow(case["step"])

    def unit(self, k):
        """Basis vector 0 is x_T, 1 + k is the answer at call k, and 1 + calls + k is the noise drawn at call k."""
        vector = torch.zeros(1, 1 + 2 * self.calls, 1, 1, dtype=torch.float64)
        vector[0, k] = 1
        return vector

    def noise(self, *_, **__):
        self.drawn[self.call] += 1
        return self.unit(1 + self.calls + self.call)

    def follow(self, arguments):
        one = torch.ones(1, dtype=torch.float64)
        scale = lambda k: float(self.scheduler.scale_model_input(one, self.timesteps[k]))
        if not hasattr(self.scheduler, "scale_model_input"):
            scale = lambda k: 1.0
        x = self.unit(0) * float(getattr(self.scheduler, "init_noise_sigma", 1))
        rows, scales = [], []
        for k, t in enumerate(self.timesteps):
            self.call = k
            scales.append(scale(k))
            x = self.scheduler.step(self.unit(1 + k), t, x, **arguments).prev_sample
            rows.append(x[0, :, 0, 0].double())
        # If x is scaled for the network, the factor is 1 / sqrt(sigma^2 + 1). The result is scaled
        # likewise.
        scales.append(1.0 if set(scales) == {1.0} else 1 / math.sqrt(float(self.scheduler.sigmas[-1]) ** 2 + 1))
        assert max(self.drawn) <= 1, "a call that draws several noises needs a basis vector for each"
        self.initial = float(getattr(self.scheduler, "init_noise_sigma", 1)) * scales[0]
        self.rows = torch.stack([row * factor for row, factor in zip(rows, scales[1:])])
        self.rows[:, 0] /= self.initial

    def parts(self, k):
        row = self.rows[k].tolist()
        return {"x": row[0], "net": row[1 : 1 + self.calls], "noise": row[1 + self.calls :]}


def number(value):
    """Rounds to eight digits."""
    value = float(f"{float(value):.8g}")
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def numbers(values):
    return [number(value) for value in values]


def without_end(values):
    """Removes the zeros at the end."""
    values = numbers(values)
    while values and values[-1] == 0:
        values.pop()
    return values


def row_of(run, k):
    parts = run.parts(k)
    row = {"call": k, "x": number(parts["x"]), "net": without_end(parts["net"]), "noise": without_end(parts["noise"])}
    return {key: value for key, value in row.items() if value != []}


def run_of(name, case, steps):
    with float64_tables():
        run = Run(name, case, steps)
    assert torch.isfinite(run.rows).all(), "NaN or infinite coefficients"
    try:
        shipped = Run(name, case, steps)
        difference = (run.rows - shipped.rows).abs().amax(1) / run.rows.abs().amax(1)
        in_float32 = {"differenceInFloat32": float(f"{float(difference.max()):.1e}")}
    except Exception as error:
        in_float32 = {"failureInFloat32": f"{type(error).__name__}: {error}"[:200]}
    # Sigmas keep all digits, because rows of high order depend on small differences between them.
    known = {"sigmas": [float(sigma) for sigma in run.scheduler.sigmas]} if hasattr(run.scheduler, "sigmas") else {}
    if run.changed:
        known["changed"] = run.changed
    rows = [row_of(run, k) for k in range(run.calls) if steps != MANY or k in SOME or k == run.calls - 1]
    return {
        "steps": steps,
        "timesteps": numbers(run.timesteps),
        **known,
        "initial": number(run.initial),
        **in_float32,
        "rows": rows,
    }


def cases_of(name):
    for index, case in enumerate(CASES[name]):
        with float64_tables():
            config = json.loads(getattr(diffusers, name)(**case["config"]).to_json_string())
        # diffusers writes its default here as -Infinity, which is not JSON.
        if config.get("lambda_min_clipped") == -math.inf:
            del config["lambda_min_clipped"]
        runs, failures = [], []
        for steps in (*STEPS, MANY) if index == 0 or case["many"] else STEPS:
            try:
                runs.append(run_of(name, case, steps))
            except Exception as error:  # Stored with the data, as a finding about diffusers.
                failures.append({"steps": steps, "failure": f"{type(error).__name__}: {error}"[:200]})
        print(name, index, [run.get("differenceInFloat32") for run in runs], failures or "", flush=True)
        yield {"config": config, "step": case["step"], "setTimesteps": case["set_timesteps"], "failures": failures,
               "runs": runs}


def write(name):
    versions = {"python": platform.python_version()} | {
        package: version(package) for package in ("numpy", "scipy", "torch", "diffusers", "torchsde")
    }
    compact = lambda value: json.dumps(value, separators=(",", ":"), allow_nan=False)
    cases = []
    for each in cases_of(name):
        runs = []
        for run in each.pop("runs"):
            rows = ",\n".join(compact(row) for row in run.pop("rows"))
            runs.append(f'{compact(run)[:-1]},"rows":[\n{rows}\n]}}')
        cases.append(f'{compact(each)[:-1]},"runs":[\n' + ",\n".join(runs) + "\n]}")
    text = f'{{"class":"{name}","versions":{compact(versions)},"cases":[\n' + ",\n".join(cases) + "\n]}\n"
    json.loads(text)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    diffusers.utils.logging.set_verbosity_error()
    for name in CASES:
        getattr(diffusers, name)  # imports its module
    for name in sys.argv[1:] or CASES:
        write(name)
