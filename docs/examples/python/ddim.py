"""The random generator of isonoise and DDIM, with numpy only: the same bits as packages/random and
packages/sampler. docs/formats.md specifies both. All arithmetic is float64 with +, -, *, / and
sqrt, which IEEE 754 rounds exactly. schedule.py computes the levels of noise."""
import numpy as np

TOP = [[3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946,
        45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
       [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
        1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414]]
BOTTOM = [[1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
           21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
          [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
           0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9]]
L = [0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784,
     0.1818357216161805, 0.15313837699209373, 0.14798198605116586]


def philox(c0, c1, c2, c3, k0, k1):
    """One block of Philox4x32-10 for each element of c0, uint64 of 32-bit words. -> [blocks, 4]"""
    word, c1, c2, c3 = np.uint64(0xFFFFFFFF), *(np.full_like(c0, c) for c in (c1, c2, c3))
    for i in range(10):
        high, low = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        key0 = np.uint64((k0 + i * 0x9E3779B9) % 2**32)
        key1 = np.uint64((k1 + i * 0xBB67AE85) % 2**32)
        c0, c1, c2, c3 = low >> 32 ^ c1 ^ key0, low & word, high >> 32 ^ c3 ^ key1, high & word
    return np.stack([c0, c1, c2, c3], axis=1)


def words(n, seed, image=0, step=0, purpose=0, draw=0):
    """The first n words of a stream. Purpose 0: x_T, 1: noise of a reverse step. -> uint64 [n]"""
    counter = np.arange((n + 3) // 4, dtype=np.uint64), step, image, purpose + 256 * draw
    return philox(*counter, seed % 2**32, seed >> 32).reshape(-1)[:n]


def log(x):
    """Natural logarithm of normal doubles above 0, as fdlibm computes it."""
    m, k = np.frexp(x)
    small = m < 0.5**0.5
    m, k = np.where(small, 2 * m, m), np.where(small, k - 1, k)  # m in [sqrt(1/2), sqrt(2))
    f = m - 1
    s = f / (2 + f)
    z, half = s * s, 0.5 * f * f
    w = z * z
    odd = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])))
    even = w * (L[1] + w * (L[3] + w * L[5]))
    low = s * (half + odd + even) + k * 1.9082149292705877e-10
    return k * 0.6931471803691238 - (half - low - f)


def horner(coefficients, r):
    total = coefficients[7]
    for c in coefficients[6::-1]:
        total = total * r + c
    return total


def normals(words):
    """The standard normal of each word: its quantile by Wichura's AS 241. -> float32 [n]"""
    q = (words.astype(np.float64) - 2147483647.5) / 2**32
    r = 0.180625 - q * q
    middle = q * horner(TOP[0], r) / horner(BOTTOM[0], r)
    root = np.sqrt(-log(0.5 - np.abs(q))) - 1.6
    tail = np.copysign(horner(TOP[1], root) / horner(BOTTOM[1], root), q)
    return np.where(np.abs(q) <= 0.425, middle, tail).astype(np.float32)


def trailing(T, steps):
    """Timesteps from most noise to least; the end, -1, is the image."""
    return [round(T + i * (T - T / steps - T)) - 1 for i in range(steps)] + [-1]


def ddim_step(x, output, now, after, prediction, clip):
    """A step without fresh noise between levels (factor of x_0, factor of the noise). -> float32"""
    (alpha, sigma), (alpha_next, sigma_next) = now, after
    a, b = {"epsilon": (1 / alpha, -sigma / alpha), "v_prediction": (alpha, -sigma),
            "sample": (0, 1)}[prediction]
    x, output = x.astype(np.float64), output.astype(np.float64)
    x0 = np.clip(a * x + b * output, -clip, clip)
    ratio = sigma_next / sigma
    return ((alpha_next - ratio * alpha) * x0 + ratio * x).astype(np.float32)
