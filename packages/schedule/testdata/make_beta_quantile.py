"""Writes beta-quantile.json: quantiles of the beta distribution with both parameters 0.6, by scipy.

    python make_beta_quantile.py      # needs scipy
"""
import json
import platform
from pathlib import Path

import scipy
from scipy.stats import beta

P = [0, 1e-12, 1e-6, 1e-3, 0.01, 1 / 49, 0.05, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.49, 0.5, 0.51, 0.6, 2 / 3, 0.75, 0.8, 0.9, 0.95, 48 / 49,
     0.99, 0.999, 1]
data = {
    "made_with": {"python": platform.python_version(), "scipy": scipy.__version__},
    "quantiles": [[p, float(beta.ppf(p, 0.6, 0.6))] for p in P],
}
Path(__file__).with_name("beta-quantile.json").write_text(json.dumps(data, indent=1) + "\n")
