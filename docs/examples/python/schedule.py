"""The levels of noise of a scheduler, with numpy only: the same bits as packages/schedule.
docs/formats.md specifies them."""
import numpy as np


def cosine_alpha_bar(time):
    """cos(pi/2 u)^2 with u = (time + 0.008) / 1.008, by a series that is equal everywhere."""
    u = (time + 0.008) / 1.008
    a = np.pi / 2 * (u if u <= 0.5 else 1 - u)
    total = 1.0
    for n in range(20 if u <= 0.5 else 21, 1, -2):
        total = 1 - total * (a * a) / (n * (n - 1))
    c = total if u <= 0.5 else a * total
    return c * c


def levels(config):
    """Factors of x_0 and of the noise at each timestep. -> float64 [T], [T]"""
    T, kind = config["num_train_timesteps"], config["beta_schedule"]
    if config.get("trained_betas") is not None:
        betas = config["trained_betas"]
    elif kind == "squaredcos_cap_v2":
        bars = [cosine_alpha_bar(t / T) for t in range(T + 1)]
        betas = [min(1 - after / bar, 0.999) for bar, after in zip(bars, bars[1:])]
    elif kind == "linear":
        betas = np.linspace(config["beta_start"], config["beta_end"], T)
    elif kind == "scaled_linear":
        betas = np.linspace(config["beta_start"] ** 0.5, config["beta_end"] ** 0.5, T) ** 2
    else:
        expected = "squaredcos_cap_v2, linear or scaled_linear"
        raise ValueError(f"beta_schedule is {kind}; expected {expected}")
    alpha_bar, noise, rows = 1.0, 0.0, []
    for beta in betas:
        alpha_bar, noise = alpha_bar * (1 - beta), beta + (1 - beta) * noise
        rows.append((alpha_bar, noise))
    return np.sqrt(np.array(rows)).T
