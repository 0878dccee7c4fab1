"""Prints the test vectors of docs/formats.md, computed by ddim.py and schedule.py: python vectors.py > ../testdata/vectors.json
With arguments, each seed,image,step,purpose,draw,count, it prints the SHA-256 of the normals of these streams.

The tests of packages/random and packages/sampler compare the TypeScript code with them bit for bit."""
import hashlib
import json
import platform
import sys

import numpy as np

from ddim import ddim_step, log, normals, philox, trailing, words
from schedule import levels

STREAMS = [  # seed, image, step, purpose, draw, count
    (7, 0, 0, 0, 0, 784), (7, 1, 0, 0, 0, 784), (7, 0, 3, 1, 0, 784), (7, 0, 3, 1, 2, 13),
    (0, 0, 0, 0, 0, 3072), (2**64 - 1, 2**32 - 1, 2**32 - 1, 10, 2**24 - 1, 6), (2**32, 5, 9, 2, 0, 3),
]
BLOCKS = [([0] * 4, [0] * 2), ([2**32 - 1] * 4, [2**32 - 1] * 2),
          ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0])]
EDGES = [0, 1, 322122546, 322122547, 322122548, 2**31 - 1, 2**31, 3972844747, 3972844748, 3972844749, 2**32 - 1]
SCHEDULES = [
    {"num_train_timesteps": 1000, "beta_schedule": "squaredcos_cap_v2"},
    {"num_train_timesteps": 1000, "beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02},
    {"num_train_timesteps": 1000, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012},
]


def stream_of(seed, image, step, purpose, draw):
    return {"seed": str(seed), "image": image, "step": step, "purpose": purpose, "draw": draw}


def integers(stream, maxima):
    """An integer below each maximum, in order, from the words of one stream."""
    seed, *others = stream
    source = iter(int(w) for w in words(4096, seed, *others))
    drawn = []
    for most in maxima:
        word = next(w for w in source if w < 2**32 - 2**32 % most)
        drawn.append(word % most)
    return drawn


def permutation(stream, n):
    order = list(range(n))
    for i, j in zip(range(n - 1, 0, -1), integers(stream, range(n, 1, -1))):
        order[i], order[j] = order[j], order[i]
    return order


def decisions(stream, n, probability):
    seed, *others = stream
    halves = [half for w in words((n + 1) // 2, seed, *others) for half in (int(w) & 0xFFFF, int(w) >> 16)]
    return [int(half < round(probability * 65536)) for half in halves[:n]]


def normal_case(seed, image, step, purpose, draw, count):
    values = normals(words(count, seed, image, step, purpose, draw))
    return {**stream_of(seed, image, step, purpose, draw), "count": count,
            "first": [float(v) for v in values[:8]], "sha256": hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()}


def schedule_case(config):
    alpha, sigma = levels(config)
    times = [0, 1, 2, 499, 500, 998, 999]
    return {"config": config, "levels": [[t, float(alpha[t]), float(sigma[t])] for t in times]}


def step_case(config, prediction, clip, t, t_next):
    alpha, sigma = levels(config)
    x, output = (normals(words(6, 7, image=1, step=step, purpose=2)) for step in (0, 1))
    after = (float(alpha[t_next]), float(sigma[t_next])) if t_next >= 0 else (1.0, 0.0)
    result = ddim_step(x, output, (float(alpha[t]), float(sigma[t])), after, prediction, np.inf if clip is None else clip)
    return {"config": config, "prediction": prediction, "clip": clip, "t": t, "next": t_next,
            **{name: [float(v) for v in values] for name, values in (("x", x), ("output", output), ("result", result))}}


def vectors():
    base = (7, 0, 5, 4, 0)
    seed, *others = base
    edges = np.array(EDGES, dtype=np.uint64)
    return {
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "philox": [{"counter": c, "key": k,
                    "words": [int(w) for w in philox(np.array(c[:1], np.uint64), *c[1:], *k)[0]]} for c, k in BLOCKS],
        "words": [{**stream_of(*s), "words": [int(w) for w in words(min(n, 10), *s)]} for *s, n in STREAMS],
        "log": [[x, float(log(np.float64(x)))] for x in (2.0**-33, 1e-9, 0.01, 0.07499999999999996, 0.5**0.5, 0.7, 2.0)],
        "normalsOfWords": [[w, float(z)] for w, z in zip(EDGES, normals(edges))],
        "normals": [normal_case(*s) for s in STREAMS],
        "uniforms": {**stream_of(*base), "values": [int(w >> np.uint64(8)) / 2**24 for w in words(8, seed, *others)]},
        "decisions": {**stream_of(*base), "probability": 0.9, "values": decisions(base, 21, 0.9)},
        "integers": [{**stream_of(*base), "below": most, "values": integers(base, [most] * 12)}
                     for most in (10, 1000, 3 * 2**30)],
        "permutation": {**stream_of(*base), "order": permutation(base, 20)},
        "schedules": [schedule_case(config) for config in SCHEDULES],
        "trailing": [{"T": 1000, "steps": n, "timesteps": trailing(1000, n)[:-1]} for n in (1, 3, 12, 16, 20)],
        "ddim": [step_case(*case) for case in (
            (SCHEDULES[0], "v_prediction", 1, 999, 949), (SCHEDULES[0], "v_prediction", 1, 49, -1),
            (SCHEDULES[1], "epsilon", 1, 500, 450), (SCHEDULES[2], "epsilon", None, 20, 3),
            (SCHEDULES[0], "sample", 0.5, 300, 299))],
    }


def print_vectors():
    lines = ",\n".join(
        f'  {json.dumps(key)}: [\n    ' + ",\n    ".join(map(json.dumps, value)) + "\n  ]"
        if isinstance(value, list) else f"  {json.dumps(key)}: {json.dumps(value)}"
        for key, value in vectors().items())
    print("{\n" + lines + "\n}")


if __name__ == "__main__":
    for stream in sys.argv[1:]:
        print(normal_case(*map(int, stream.split(",")))["sha256"])
    if len(sys.argv) == 1:
        print_vectors()
