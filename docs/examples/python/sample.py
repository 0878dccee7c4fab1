"""Draws with a model of isonoise, with numpy and ONNX Runtime only; the same 8-bit pixels as

    pnpm sample models/mnist --seed 7 --sampler ddim --steps 20 --class 3 --count 4 --out digits/

    pip install numpy onnxruntime
    python sample.py models/mnist/unet/model.onnx --seed 7 --steps 20 --label 3 --count 4 --out digits
"""
import argparse
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import onnxruntime

from ddim import ddim_step, normals, trailing, words
from schedule import levels


def draw(session, seed, steps, label, guidance, images):
    """-> float32 [images, C, H, W] in [-1, 1]"""
    about = session.get_modelmeta().custom_metadata_map
    shape = [json.loads(about["isonoise.image"])[key] for key in ("channels", "height", "width")]
    classes, scheduler = json.loads(about["isonoise.classes"]), json.loads(about["isonoise.scheduler"])
    if scheduler.get("timestep_spacing") != "trailing" or scheduler.get("rescale_betas_zero_snr") or scheduler.get("thresholding"):
        raise ValueError("expected timestep_spacing trailing, without rescale_betas_zero_snr and thresholding")
    clip = scheduler["clip_sample_range"] if scheduler.get("clip_sample") else np.inf
    alpha, sigma = levels(scheduler)
    times = trailing(len(alpha), steps)

    def network(x, t, labels):
        feeds = {"sample": x, "timestep": np.full(len(x), t, np.float32)}
        if labels is not None:
            feeds["class_labels"] = np.array(labels, np.int32)
        return session.run(["out_sample"], feeds)[0]

    x = np.stack([normals(words(int(np.prod(shape)), seed, image=i)).reshape(shape) for i in range(images)])
    for t, t_next in zip(times, times[1:]):
        if classes is None:
            output = network(x, t, None)
        elif guidance == 1:
            output = network(x, t, [label] * images)
        else:
            both = network(np.concatenate([x, x]), t, [label] * images + [classes["nullClass"]] * images).astype(np.float64)
            of_class, away = both[:images], both[images:]
            output = (away + guidance * (of_class - away)).astype(np.float32)
        after = (alpha[t_next], sigma[t_next]) if t_next >= 0 else (1.0, 0.0)
        x = ddim_step(x, output, (alpha[t], sigma[t]), after, scheduler["prediction_type"], clip)
    return x


def png(pixels):
    """Encodes bytes [H, W, C] of one to four channels."""
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)),
              (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("model", help="a model.onnx of isonoise")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--label", type=int, default=0, help="number of the class; without effect if there are none")
    parser.add_argument("--guidance", type=float, default=1.5)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--out", default="digits", help="folder of the images")
    flags = parser.parse_args()
    session = onnxruntime.InferenceSession(flags.model, providers=["CPUExecutionProvider"])
    drawn = draw(session, flags.seed, flags.steps, flags.label, flags.guidance, flags.count)
    out = Path(flags.out)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "images.npy", drawn)
    bytes_ = np.clip(np.floor((drawn.astype(np.float64) + 1) * 127.5 + 0.5), 0, 255).astype(np.uint8)
    for i, image in enumerate(bytes_):
        (out / f"{i}.png").write_bytes(png(image.transpose(1, 2, 0)))
