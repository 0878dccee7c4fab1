"""Writes likelihood.json: terms of the variational bound in float64, and logarithms of normal probabilities.

The terms are computed from the definitions in Ho et al. 2020 with SciPy's normal distribution. The file also has the
terms by the formulas of improved-diffusion (Nichol & Dhariwal 2021), which approximate the normal distribution
function by a tanh and limit probabilities to at least 1e-12.

Made with Python 3, numpy, scipy and mpmath in the versions that the file records:
  python make_likelihood.py
"""
import json
import os

import mpmath
import numpy as np
import scipy
from scipy.stats import norm

random = np.random.RandomState(5)
D = 24
T = 10
betas = {
    "linear": np.linspace(1e-4, 0.4, T),
    "cosine": None,
}
bar = lambda u: np.cos((u + 0.008) / 1.008 * np.pi / 2) ** 2
betas["cosine"] = np.array([min(1 - bar((t + 1) / T) / bar(t / T), 0.999) for t in range(T)])

single = lambda a: np.asarray(a).astype(np.float32).astype(np.float64)
# Bytes as float32 values of [-1, 1]. Some of them are black or white.
levels = random.randint(0, 256, D)
levels[:4] = 0
levels[4:8] = 255
x0 = single(levels / 127.5 - 1)
eps = single(random.randn(D))
error = single(0.05 * random.randn(D))
learned = {
    "learnedRange": single(random.uniform(-1, 1, D)),
    "learnedLog": single(random.uniform(-6, -3, D)),
}
learned["learned"] = single(np.exp(learned["learnedLog"]))


def tables(b):
    a = 1 - b
    bars = np.cumprod(a)
    before = np.append(1.0, bars[:-1])
    posterior = b * (1 - before) / (1 - bars)
    return a, bars, before, posterior, np.log(np.append(posterior[1], posterior[1:]))


def kl(mean1, log1, mean2, log2):
    return 0.5 * (log2 - log1 + (np.exp(log1) + (mean1 - mean2) ** 2) / np.exp(log2) - 1)


def exact_interval(x, mean, deviation):
    low = np.where(x < -0.999, -np.inf, (x - 1 / 255 - mean) / deviation)
    high = np.where(x > 0.999, np.inf, (x + 1 / 255 - mean) / deviation)
    flip = low > 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    return norm.logcdf(high) + np.log1p(-np.exp(norm.logcdf(low) - norm.logcdf(high)))


def tanh_cdf(z):
    return (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2


def approximate_interval(x, mean, deviation):
    above, below = tanh_cdf((x + 1 / 255 - mean) / deviation), tanh_cdf((x - 1 / 255 - mean) / deviation)
    probability = np.where(x < -0.999, above, np.where(x > 0.999, 1 - below, above - below))
    return np.log(np.maximum(probability, 1e-12))


cases = []
for kind, b in betas.items():
    a, bars, before, posterior, clipped = tables(b)
    for prediction in ["epsilon", "sample", "v_prediction"]:
        for t in [0, 1, 4, T - 1]:
            alpha, sigma = np.sqrt(bars[t]), np.sqrt(1 - bars[t])
            noisy = single(alpha * x0 + sigma * eps)
            exact = {"epsilon": eps, "sample": x0, "v_prediction": alpha * eps - sigma * x0}[prediction]
            output = single(exact + error)
            estimate = {
                "epsilon": lambda: (noisy - sigma * output) / alpha,
                "sample": lambda: output,
                "v_prediction": lambda: alpha * noisy - sigma * output,
            }[prediction]()
            for clip in [True, False]:
                image = np.clip(estimate, -1, 1) if clip else estimate
                weights = np.sqrt(before[t]) * b[t] / (1 - bars[t]), np.sqrt(a[t]) * (1 - before[t]) / (1 - bars[t])
                mean = weights[0] * image + weights[1] * noisy
                truth = weights[0] * x0 + weights[1] * noisy
                large = np.log(np.append(posterior[1], b[1:]))[t]
                share = (learned["learnedRange"] + 1) / 2
                logs = {
                    "fixedSmall": np.full(D, clipped[t]),
                    "fixedLarge": np.full(D, large),
                    "learnedRange": share * np.log(b[t]) + (1 - share) * clipped[t],
                    "learned": np.log(learned["learned"]),
                    "learnedLog": learned["learnedLog"],
                }
                terms, approximate = {}, {}
                for name, log in logs.items():
                    if t > 0:
                        nats = approximate_nats = kl(truth, clipped[t], mean, log)
                    else:
                        nats = -exact_interval(x0, mean, np.exp(log / 2))
                        approximate_nats = -approximate_interval(x0, mean, np.exp(log / 2))
                    terms[name] = nats.mean() / np.log(2)
                    approximate[name] = approximate_nats.mean() / np.log(2)
                cases.append(
                    {
                        "kind": kind,
                        "prediction": prediction,
                        "t": t,
                        "clip": clip,
                        "noisy": noisy.tolist(),
                        "output": output.tolist(),
                        "terms": terms,
                        "improvedDiffusion": approximate,
                    }
                )

mpmath.mp.dps = 40


def interval(low, high):
    # Subtract the tails on the side where they are small.
    if low > 0:
        low, high = -high, -low
    return float(mpmath.log(mpmath.ncdf(mpmath.mpf(high)) - mpmath.ncdf(mpmath.mpf(low))))


ends = [(-1, 1), (0, 1e-9), (-1e-8, 1e-8), (0.3, 0.3001), (1.2, 1.3), (1.9, 2.1), (3, 3.001), (5, 9), (-7, -6.5)]
ends += [(20, 21), (40, 40.5), (-60, -59), (-2, 30), (-0.5, 50)]
reference = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "mpmath": mpmath.__version__},
    "timesteps": T,
    "betas": {kind: b.tolist() for kind, b in betas.items()},
    "priors": {
        kind: kl(np.sqrt(tables(b)[1][-1]) * x0, np.log(1 - tables(b)[1][-1]), 0, 0).mean() / np.log(2)
        for kind, b in betas.items()
    },
    "x0": x0.tolist(),
    "variances": {name: values.tolist() for name, values in learned.items()},
    "cases": cases,
    "intervals": [[low, high, interval(low, high)] for low, high in ends],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "likelihood.json"), "w") as file:
    json.dump(reference, file)
    file.write("\n")
