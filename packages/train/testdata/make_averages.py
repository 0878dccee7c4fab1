# Writes averages.json: exponents of power-function averages, inner products of their profiles by quadrature, and the
# weights with which stored averages give an average of another length, by algorithm 3 of Karras et al. 2024. The errors are
# measured on finely sampled profiles.
#
#   python packages/train/testdata/make_averages.py
#
# Made with NumPy 2.4.6, SciPy 1.17.1 and Python 3.11.

import json
from pathlib import Path

import numpy as np
from scipy.integrate import quad


def exponent(length):
    """Returns the largest root of a cubic, as in algorithm 2."""
    return float(np.roots([1, 7, 16 - length**-2, 12 - length**-2]).real.max())


def profile(tau, step, gamma):
    return np.where(tau <= step, (gamma + 1) * tau**gamma / step ** (gamma + 1), 0.0)


def product(a, b):
    """Returns the inner product of two profiles, computed by quadrature."""
    value, _ = quad(lambda tau: profile(tau, *a) * profile(tau, *b), 0, min(a[0], b[0]), epsabs=0, epsrel=1e-12, limit=500)
    return value


def p_dot_p(t_a, gamma_a, t_b, gamma_b):
    """Returns the inner product of two profiles by the closed form of appendix C.2."""
    ratio = t_a / t_b
    power = np.where(t_a < t_b, gamma_b, -gamma_a)
    largest = np.maximum(t_a, t_b)
    return (gamma_a + 1) * (gamma_b + 1) * ratio**power / ((gamma_a + gamma_b + 1) * largest)


def solve(stored, requested):
    """Solves for the weights, as in algorithm 3, and measures the error on sampled profiles."""
    t, gamma = np.array(stored, dtype=np.float64).T
    matrix = p_dot_p(t[:, None], gamma[:, None], t[None], gamma[None])
    right = p_dot_p(t[:, None], gamma[:, None], np.float64(requested[0]), np.float64(requested[1]))
    weights = np.linalg.solve(matrix, right)[:, 0]
    # Sums over the midpoints of many intervals approximate integrals.
    count = 2_000_000
    tau = (np.arange(count) + 0.5) * (requested[0] / count)
    target = profile(tau, *requested)
    rest = target - sum(w * profile(tau, *each) for w, each in zip(weights, stored))
    return weights.tolist(), float(np.sqrt(np.sum(rest**2) / np.sum(target**2)))


LENGTHS = [0.01, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.28]
PAIRS = [
    ((100, 6.94), (100, 6.94)),
    ((100, 6.94), (40, 16.97)),
    ((40, 16.97), (100, 6.94)),
    ((1200, 0.5), (1150, 90)),
]
steps = [50, 100, 150, 200, 250, 300]
stored = [(step, exponent(length)) for step in steps for length in (0.1, 0.05)]
CASES = [
    {"step": step, "length": length, **dict(zip(("weights", "error"), solve([s for s in stored if s[0] <= step], (step, exponent(length)))))}
    for step in (300, 200)
    for length in (0.02, 0.04, 0.075, 0.12, 0.2)
]
reference = {
    "exponents": [[length, exponent(length)] for length in LENGTHS],
    "products": [[*a, *b, product(a, b)] for a, b in PAIRS],
    "storedSteps": steps,
    "storedLengths": [0.1, 0.05],
    "cases": CASES,
}
path = Path(__file__).with_name("averages.json")
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
for case in CASES:
    print(case["step"], case["length"], case["error"], max(map(abs, case["weights"])))
