"""Writes reference.json: logarithms and normal quantiles to 40 digits, cast to the nearest double, and one stream of
normals made from Philox4x32-10 in Python integers and from these quantiles.

    python make_reference.py      # needs mpmath, scipy

mpmath uses neither AS241 nor fdlibm; scipy's ndtri is from Cephes, a third method.
"""
import json
import platform
import struct
from pathlib import Path

import mpmath
import scipy
from scipy.special import ndtri

mpmath.mp.dps = 40


def log_cases():
    xs = [5e-324, 2.0**-1074 * 3, 2.0**-1022, 1e-300, 1e-10, 2.0**-33, 3 * 2.0**-33, 0.07499999999999996, 0.1, 0.5,
          0.7071067811865475, 0.7071067811865476, 0.9, 0.9999999999999999, 1.0, 1.0000000000000002, 1.1,
          1.414213562373095, 1.4142135623730951, 2.0, 3.0, 10.0, 1e10, 1e300, 1.7976931348623157e308]
    # A Weyl sequence over the mantissas and the exponents that a 32-bit word can give.
    for i in range(1, 400):
        fraction = (i * 0.6180339887498949) % 1
        xs.append((1 + fraction) * 2.0 ** (-(i % 34)))
    return [[x, float(mpmath.log(mpmath.mpf(x)))] for x in xs]


def quantile(q):
    """z with Phi(z) = 1/2 + q, by Newton's method in 60 digits; tails through erfc, without cancellation."""
    if q == 0:
        return mpmath.mpf(0)
    with mpmath.workdps(60):
        p = mpmath.mpf(0.5) - abs(mpmath.mpf(q))
        z = mpmath.mpf(-float(ndtri(float(p))))
        for _ in range(6):
            tail = mpmath.erfc(z / mpmath.sqrt(2)) / 2
            z += (tail - p) / mpmath.npdf(z)
        return z if q > 0 else -z


def quantile_cases():
    # A 32-bit word w gives q = (w + 1/2) / 2^32 - 1/2; each q comes from such a word.
    words = [0, 1, 2, 3, 100, 65535, 2**24, 322122547, 322122548, 2**30, 2**31 - 1, 2**31, 2**31 + 1, 3 * 2**30,
             3972844748, 3972844749, 2**32 - 3, 2**32 - 2, 2**32 - 1]
    words += [(i * 2654435769) % 2**32 for i in range(1, 300)]
    qs = [(w + 0.5) / 2**32 - 0.5 for w in words] + [0.0, 0.425, -0.425, 0.5 - 2.0**-50, 0.5 - 2.0**-40]
    return [[q, float(quantile(q)), float(-ndtri(0.5 - q) if q > 0 else ndtri(0.5 + q))] for q in qs]


def philox(counter, key):
    """Philox4x32-10 as the paper writes it."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def stream(seed, image, step, purpose, n):
    """float32 bits of the first n normals."""
    words = [w for block in range(n // 4) for w in philox([block, step, image, purpose], [seed & 0xFFFFFFFF, seed >> 32])]
    return [struct.unpack("<I", struct.pack("<f", float(quantile((w + 0.5) / 2**32 - 0.5))))[0] for w in words]


out = {
    "versions": {"python": platform.python_version(), "mpmath": mpmath.__version__, "scipy": scipy.__version__},
    "log": log_cases(),
    "quantile": quantile_cases(),
    "stream": {"seed": str(2**63 + 7), "image": 3, "step": 999, "purpose": "stepNoise",
               "bits": stream(2**63 + 7, 3, 999, 1, 256)},
}
Path(__file__).with_name("reference.json").write_text(
    "{\n" + ",\n".join(f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in out.items()) + "\n}\n"
)
