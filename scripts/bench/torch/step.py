"""The training step of `pnpm bench torch` in PyTorch: the same network, loss, clipping, Adam and moving average.

python step.py FOLDER FORMAT THREADS

FOLDER contains case.json and the .bin files, written by bench-torch.ts. FORMAT is the memory order of images,
contiguous or channels_last. The script answers each line of its standard input with a line of JSON:

  step     does one step          {"loss", "grad_norm"}
  memory   largest memory so far  {"before", "peak"} in MiB; before: when PyTorch was loaded
  profile  times 3 steps          {operator: milliseconds of a step} for 12 operators, and "total" for all operators
"""

import json
import math
import pathlib
import re
import resource
import sys

import torch
import torch.nn.functional as F


def peak_memory():
    """Returns the peak memory in MiB. On Linux it is read from /proc, because ru_maxrss begins with the memory of the parent."""
    status = pathlib.Path("/proc/self/status")
    own = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(), re.MULTILINE) if status.exists() else None
    return int(own[1]) / 1024 if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Network:
    """UNet2DModel of the given configuration, as a function of its weights by name."""

    def __init__(self, config, weights):
        self.config, self.weights = config, weights

    def conv(self, name, x, stride=1, padding=1):
        return F.conv2d(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], stride, padding)

    def linear(self, name, x):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, name, x):
        groups, eps = self.config["norm_num_groups"], self.config["norm_eps"]
        return F.group_norm(x, groups, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], eps)

    def resnet(self, name, x, time):
        h = self.conv(f"{name}.conv1", F.silu(self.norm(f"{name}.norm1", x)))
        h = h + self.linear(f"{name}.time_emb_proj", time)[:, :, None, None]
        h = self.conv(f"{name}.conv2", F.silu(self.norm(f"{name}.norm2", h)))
        shortcut = f"{name}.conv_shortcut"
        return (self.conv(shortcut, x, padding=0) if f"{shortcut}.weight" in self.weights else x) + h

    def attention(self, name, x):
        batch, channels, height, width = x.shape
        rows = self.norm(f"{name}.group_norm", x).flatten(2).transpose(1, 2)  # [B, C, H, W] -> [B, H*W, C]
        q, k, v = (self.linear(f"{name}.to_{part}", rows).unsqueeze(1) for part in "qkv")
        mixed = F.scaled_dot_product_attention(q, k, v).squeeze(1)
        out = self.linear(f"{name}.to_out.0", mixed)
        return x + out.transpose(1, 2).reshape(batch, channels, height, width)

    def encode(self, timestep):
        features = self.config["block_out_channels"][0]
        half = features // 2
        powers = torch.arange(half) / (half - self.config["freq_shift"])
        angles = timestep[:, None] * torch.exp(-math.log(10000) * powers)[None]
        parts = [angles.cos(), angles.sin()] if self.config["flip_sin_to_cos"] else [angles.sin(), angles.cos()]
        return torch.cat(parts, 1)

    def __call__(self, x, timestep, labels):
        config = self.config
        hidden = F.silu(self.linear("time_embedding.linear_1", self.encode(timestep)))
        embedded = self.linear("time_embedding.linear_2", hidden)
        time = F.silu(embedded + F.embedding(labels, self.weights["class_embedding.weight"]))
        h = self.conv("conv_in", x)
        skips = [h]
        levels = len(config["block_out_channels"])
        for level in range(levels):
            name = f"down_blocks.{level}"
            for i in range(config["layers_per_block"]):
                h = self.resnet(f"{name}.resnets.{i}", h, time)
                if config["down_block_types"][level].startswith("Attn"):
                    h = self.attention(f"{name}.attentions.{i}", h)
                skips.append(h)
            if level < levels - 1:
                h = self.conv(f"{name}.downsamplers.0.conv", h, stride=2)
                skips.append(h)
        h = self.resnet("mid_block.resnets.0", h, time)
        h = self.resnet("mid_block.resnets.1", self.attention("mid_block.attentions.0", h), time)
        for level in range(levels):
            name = f"up_blocks.{level}"
            for i in range(config["layers_per_block"] + 1):
                h = self.resnet(f"{name}.resnets.{i}", torch.cat([h, skips.pop()], 1), time)
                if config["up_block_types"][level].startswith("Attn"):
                    h = self.attention(f"{name}.attentions.{i}", h)
            if level < levels - 1:
                h = self.conv(f"{name}.upsamplers.0.conv", F.interpolate(h, scale_factor=2.0, mode="nearest"))
        return self.conv("conv_out", F.silu(self.norm("conv_norm_out", h)))


def main():
    folder, memory_format, threads = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    before = peak_memory()
    torch.set_num_threads(threads)
    # As in the engine of isonoise, tiny gradients and moments count as zero.
    torch.set_flush_denormal(True)
    case = json.loads((folder / "case.json").read_text())
    order = torch.channels_last if memory_format == "channels_last" else torch.contiguous_format

    def values(name, dtype="float32"):
        return torch.frombuffer(bytearray((folder / name).read_bytes()), dtype=getattr(torch, dtype))

    weights, ema, offset = {}, [], 0
    theta = values("theta.bin")
    for spec in case["parameters"]:
        size = math.prod(spec["shape"])
        weight = theta[offset : offset + size].clone().reshape(spec["shape"])
        offset += size
        if weight.dim() == 4:
            weight = weight.contiguous(memory_format=order)
        weights[spec["name"]] = weight.requires_grad_()
        ema.append(weight.detach().clone(memory_format=torch.preserve_format))
    network = Network(case["config"], weights)
    parameters = list(weights.values())
    adam = torch.optim.Adam(parameters, lr=case["learning_rate"], betas=(0.9, 0.999), eps=1e-8, fused=True)
    image = case["image"]
    sample = values("sample.bin").reshape(image).contiguous(memory_format=order)
    target = values("target.bin").reshape(image).contiguous(memory_format=order)
    timestep, weight = values("timestep.bin"), values("weight.bin")
    labels = values("labels.bin", "int32").long()

    def step():
        adam.zero_grad()
        error = (network(sample, timestep, labels) - target).square().mean(dim=(1, 2, 3))
        loss = (weight * error).mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0, foreach=True)
        adam.step()
        with torch.no_grad():
            torch._foreach_lerp_(ema, parameters, 1 - case["ema_decay"])
        return {"loss": loss.item(), "grad_norm": norm.item()}

    def profile():
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
            for _ in range(3):
                step()
        times = {each.key: each.self_cpu_time_total / 3000 for each in profiler.key_averages()}
        return dict(sorted(times.items(), key=lambda item: -item[1])[:12]) | {"total": sum(times.values())}

    answers = {
        "step": step,
        "memory": lambda: {"before": before, "peak": peak_memory()},
        "profile": profile,
    }
    print(json.dumps({"torch": torch.__version__, "capability": torch.backends.cpu.get_cpu_capability()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answers[line.strip()]()), flush=True)


main()
