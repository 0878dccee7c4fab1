"""Draws with a model of isonoise, with numpy and ONNX Runtime only; the same 8-bit pixels as

    pnpm sample models/mnist --seed 7 --sampler ddim --steps 20 --class 3 --count 4 --out digits/

    pip install numpy onnxruntime
    python sample.py models/mnist/unet/model.onnx --seed 7 --steps 20 --label 3 --count 4 --out digits
    python sample.py models/icons/unet/model.onnx --seed 7 --steps 20 --tags 4,9 --out icons
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


def conditions(about, label, tags, images):
    """Inputs of the network for the class or the tags, and those for none; None for a model without both."""
    classes, known = json.loads(about["isonoise.classes"]), json.loads(about.get("isonoise.tags", "null"))
    if classes is not None:
        return [{"class_labels": np.full(images, each, np.int32)} for each in (label, classes["nullClass"])]
    if known is None:
        return [{}, None]
    rows = np.zeros((images, len(known["names"])), np.float32)
    rows[:, tags] = 1 / np.sqrt(max(len(tags), 1))
    return [{"tags": rows}, {"tags": np.zeros_like(rows)}]


def draw(session, seed, steps, label, tags, guidance, images):
    """-> float32 [images, C, H, W] in [-1, 1]"""
    about = session.get_modelmeta().custom_metadata_map
    shape = [json.loads(about["isonoise.image"])[key] for key in ("channels", "height", "width")]
    scheduler = json.loads(about["isonoise.scheduler"])
    if guidance is None:  # the scale that the model recommends, or the default of isonoise
        guidance = scheduler.get("_isonoise", {}).get("guidance", 1.5)
    if scheduler.get("timestep_spacing") != "trailing" or scheduler.get("rescale_betas_zero_snr") or scheduler.get("thresholding"):
        raise ValueError("expected timestep_spacing trailing, without rescale_betas_zero_snr and thresholding")
    clip = scheduler["clip_sample_range"] if scheduler.get("clip_sample") else np.inf
    alpha, sigma = levels(scheduler)
    times = trailing(len(alpha), steps)

    chosen, none = conditions(about, label, tags, images)

    def network(x, t, condition):
        feeds = {"sample": x, "timestep": np.full(len(x), t, np.float32), **condition}
        return session.run(["out_sample"], feeds)[0]

    x = np.stack([normals(words(int(np.prod(shape)), seed, image=i)).reshape(shape) for i in range(images)])
    for t, t_next in zip(times, times[1:]):
        if none is None or guidance == 1:
            output = network(x, t, chosen)
        else:  # one call with twice the images, as in isonoise: ONNX Runtime may round other batches differently
            both = {key: np.concatenate([chosen[key], none[key]]) for key in chosen}
            of_chosen, away = np.split(network(np.concatenate([x, x]), t, both).astype(np.float64), 2)
            output = (away + guidance * (of_chosen - away)).astype(np.float32)
        after = (alpha[t_next], sigma[t_next]) if t_next >= 0 else (1.0, 0.0)
        x = ddim_step(x, output, (alpha[t], sigma[t]), after, scheduler["prediction_type"], clip)
    return x


def straight(pixels):
    """Divides colours by alpha. Images of four channels are premultiplied; PNG files are not."""
    if pixels.shape[-1] != 4:
        return pixels
    colours, alpha = pixels[..., :3].astype(np.float64), pixels[..., 3:]
    divided = np.minimum(255, np.floor(255 * colours / np.maximum(alpha, 1) + 0.5))
    return np.concatenate([np.where(alpha == 0, 0, divided).astype(np.uint8), alpha], axis=-1)


def png(pixels):
    """Encodes bytes [H, W, C] of one to four channels."""
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2, 4: 6}[channels], 0, 0, 0)),
              (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("model", help="a model.onnx of isonoise")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--label", type=int, default=0, help="number of the class; without effect if there are none")
    parser.add_argument("--tags", default="", help="numbers of the tags, separated by commas")
    parser.add_argument("--guidance", type=float, help="default: the model's, or 1.5")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--out", default="digits", help="folder of the images")
    flags = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")  # as isonoise; otherwise the last bits differ
    session = onnxruntime.InferenceSession(flags.model, options, providers=["CPUExecutionProvider"])
    tags = [int(number) for number in flags.tags.split(",") if number]
    drawn = draw(session, flags.seed, flags.steps, flags.label, tags, flags.guidance, flags.count)
    out = Path(flags.out)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "images.npy", drawn)
    bytes_ = np.clip(np.floor((drawn.astype(np.float64) + 1) * 127.5 + 0.5), 0, 255).astype(np.uint8)
    for i, image in enumerate(bytes_):
        (out / f"{i}.png").write_bytes(png(straight(image.transpose(1, 2, 0))))
