"""Writes reference.json: features of two small sets, and the results of SciPy and scikit-learn for them.

Made with Python 3, numpy, scipy and scikit-learn in the versions that the file records:
  python make_reference.py
"""
import json
import os

import numpy as np
import scipy
import sklearn
from scipy.linalg import sqrtm
from scipy.stats import binomtest, entropy, norm
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

random = np.random.RandomState(14)
K = 6
mix = random.randn(K, K)
# Features are stored as float32, so they are rounded first.
real = (random.randn(40, K) @ mix).astype(np.float32).astype(np.float64)
drawn = (random.randn(30, K) @ (mix * 0.8 + 0.3 * random.randn(K, K)) + 1.5).astype(np.float32).astype(np.float64)


def frechet(a, b):
    c, d = np.cov(a.T), np.cov(b.T)
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real)


def mmd(a, b):
    kernel = lambda x, y: polynomial_kernel(x, y, degree=3, gamma=1 / K, coef0=1)
    off = lambda m: (m.sum() - np.trace(m)) / (len(m) * (len(m) - 1))
    return off(kernel(a, a)) + off(kernel(b, b)) - 2 * kernel(a, b).mean()


def radii(a, k):
    # The first neighbour of a row is the row itself.
    return NearestNeighbors(n_neighbors=k + 1).fit(a).kneighbors(a)[0][:, k]


between = pairwise_distances(real, drawn)
both = np.concatenate([real, drawn])
sets = np.array([0] * len(real) + [1] * len(drawn))
guessed = cross_val_predict(KNeighborsClassifier(1), both, sets, cv=LeaveOneOut())
accuracy = (guessed == sets).mean()
nearest, rows = NearestNeighbors(n_neighbors=1).fit(real).kneighbors(drawn)
logits = 2 * random.randn(25, 5)
probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
probabilities = probabilities.astype(np.float32).astype(np.float64)

reference = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "width": K,
    "real": real.ravel().tolist(),
    "drawn": drawn.ravel().tolist(),
    "mean": real.mean(0).tolist(),
    "covariance": np.cov(real.T).ravel().tolist(),
    "frechet": frechet(real, drawn),
    "mmd": mmd(real, drawn),
    "precision": (between <= radii(real, 3)[:, None]).any(0).mean(),
    "recall": (between <= radii(drawn, 3)[None, :]).any(1).mean(),
    "density": (between < radii(real, 5)[:, None]).sum(0).mean() / 5,
    "coverage": (between < radii(real, 5)[:, None]).any(1).mean(),
    "nearestRows": rows[:, 0].tolist(),
    "nearestDistances": nearest[:, 0].tolist(),
    "oneNearestNeighbour": {"accuracy": accuracy, "pValue": norm.sf(accuracy, 0.5, np.sqrt(1 / 4 / len(both)))},
    "classes": 5,
    "probabilities": probabilities.ravel().tolist(),
    "classScore": np.exp(np.mean([entropy(p, probabilities.mean(0)) for p in probabilities])),
    "quantiles": {"drawnMedian": np.quantile(nearest, 0.5), "closeDistance": np.quantile(nearest, 0.01)},
    "wilson": [
        {"hits": hits, "count": count, "low": ci.low, "high": ci.high}
        for hits, count in [(0, 10), (1, 10), (10, 10), (1880, 2000), (1980, 2000), (8, 2000)]
        for ci in [binomtest(hits, count).proportion_ci(0.95, "wilson")]
    ],
    "normalTails": [[z, norm.sf(z)] for z in [-3.0, -0.1, 0.0, 0.5, 1.0, 2.0, 2.82, 2.83, 3.0, 5.0, 10.0, 30.0]],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reference.json"), "w") as file:
    json.dump(reference, file)
    file.write("\n")
