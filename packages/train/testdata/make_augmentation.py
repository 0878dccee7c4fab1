# Writes augmentation.json: images that SciPy has mirrored, scaled, rotated, stretched and moved, and the labels of these
# transforms, as Karras et al. 2022 (arXiv 2206.00364, appendix F.2) define them. The translations are by whole pixels.
#
#   python packages/train/testdata/make_augmentation.py
#
# Made with NumPy 2.4.6, SciPy 1.17.1 and Python 3.11.

import json
from pathlib import Path

import numpy as np
from scipy.ndimage import affine_transform
from scipy.stats import norm

HEIGHT, WIDTH = 6, 9
random = np.random.default_rng(5)
image = random.uniform(-1, 1, (2, HEIGHT, WIDTH)).round(3)


def rotation(angle):
    """Returns the matrix that rotates (x, y) from the x axis to the y axis."""
    return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])


def mirror(u, v):
    return np.diag([-1.0, 1, 1]), [1.0]


def scale(u, v):
    exponent = norm.ppf(u)
    return np.diag([2 ** (0.2 * exponent)] * 2 + [1]), [exponent]


def rotate(u, v):
    angle = (2 * u - 1) * np.pi
    return rotation(angle), [np.cos(angle) - 1, np.sin(angle)]


def stretch(u, v):
    exponent, axis = norm.ppf(u), (2 * v - 1) * np.pi
    factor = 2 ** (0.2 * exponent)
    matrix = rotation(axis) @ np.diag([factor, 1 / factor, 1]) @ rotation(-axis)
    return matrix, [exponent * np.cos(axis), exponent * np.sin(axis)]


def translate(u, v):
    matrix, labels = np.eye(3), []
    for axis, (number, side) in enumerate([(u, WIDTH), (v, HEIGHT)]):
        most = max(1, int(0.125 * side))
        pixels = int(number * (2 * most + 1)) - most
        matrix[axis, 2] = pixels
        labels.append(pixels / most)
    return matrix, labels


def apply(matrix, border):
    """Applies a matrix of (x, y), relative to the centre of the image."""
    inverse = np.linalg.inv(matrix)
    swapped = inverse[:2, :2][::-1, ::-1]  # SciPy's axes are rows and columns.
    centre = np.array([(HEIGHT - 1) / 2, (WIDTH - 1) / 2])
    offset = centre - swapped @ centre + inverse[:2, 2][::-1]
    mode = {"nearest": "nearest", "wrap": "grid-wrap"}[border]
    return [affine_transform(channel, swapped, offset, order=1, mode=mode) for channel in image]


TRANSFORMS = {each.__name__: each for each in [mirror, scale, rotate, stretch, translate]}
SETTINGS = [(0.3, 0.9), (0.85, 0.15), (0.05, 0.6)]
cases = []
for border in ["nearest", "wrap"]:
    for name, draw in TRANSFORMS.items():
        for u, v in SETTINGS[: 1 if name == "mirror" else None]:
            matrix, labels = draw(u, v)
            cases.append({"transforms": {name: [u, v]}, "border": border, "labels": labels, "matrix": matrix})
    # All transforms, the first one first.
    chosen = {name: [round(float(x), 3) for x in random.uniform(0.1, 0.9, 2)] for name in TRANSFORMS}
    matrix, labels = np.eye(3), []
    for name, (u, v) in chosen.items():
        own, numbers = TRANSFORMS[name](u, v)
        matrix, labels = own @ matrix, labels + numbers
    cases.append({"transforms": chosen, "border": border, "labels": labels, "matrix": matrix})

for case in cases:
    case["result"] = np.array(apply(case.pop("matrix"), case["border"])).round(7).ravel().tolist()
    case["labels"] = [round(float(x), 9) for x in case["labels"]]
content = {"shape": {"channels": 2, "height": HEIGHT, "width": WIDTH}, "image": image.ravel().tolist(), "cases": cases}
path = Path(__file__).parent / "augmentation.json"
path.write_text(json.dumps(content, indent=1) + "\n")
