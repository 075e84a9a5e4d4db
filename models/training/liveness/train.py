"""Trains the passive liveness network on the examples that evaluate-liveness-crops.js wrote. Seeded; one thread, or a GPU."""
import argparse
import json
import time

import numpy as np
import torch
from torch.nn import functional as F

from device import DEVICE
from network import OneFace, PassiveLiveness

KINDS = ["live", "print", "screen", "cut-out", "masked-print"]
BONA_FIDE_REFUSED = 0.03
BATCH = 64
# How far the middle of a face reaches in the picture of its surroundings, of whose half side 1 is the edge.
MIDDLE_REACH = 0.28
SHARES = {"live": 0.5, "print": 0.1, "screen": 0.22, "cut-out": 0.11, "masked-print": 0.07}


def load(folder):
    examples = [json.loads(line) for line in open(f"{folder}/examples.jsonl")]
    crops = np.memmap(f"{folder}/crops.u8", np.uint8, "r").reshape(-1, 2, 96, 96, 3)
    count = min(len(examples), len(crops))
    return crops[:count], examples[:count]


def varied(batch, rng, lit=False):
    """Mirrored or not, brighter or darker, another white, moved by a few pixels: what says nothing about liveness.

    With `lit`, half of them in light of a colour that comes from a side: a lamp, a monitor in the dark.
    """
    count = len(batch)
    gain = np.exp(rng.normal(0, 0.15, (count, 1)) + rng.normal(0, 0.04, (count, 3)))
    power = np.exp(rng.normal(0, 0.1, (count, 1)))
    levels = (np.arange(256) / 255.0)[None, None, :]
    curves = np.clip(gain[:, :, None] * levels ** power[:, :, None], 0, 1).astype(np.float32)
    seen = np.empty(batch.shape, np.float32)
    for place in range(count):
        for channel in range(3):
            seen[place, ..., channel] = curves[place, channel][batch[place, ..., channel]]
    mirrored = rng.random(count) < 0.5
    seen[mirrored] = seen[mirrored][:, :, :, ::-1]
    right, down = rng.integers(-5, 6, 2)
    seen = np.roll(seen, (down, right), (2, 3))
    if lit:
        seen *= coloured_light(count, batch.shape[2], rng)
        np.minimum(seen, 1, out=seen)
    return resharpened(torch.from_numpy(seen), rng)


def coloured_light(count, side, rng):
    """Gains, count x 2 x side x side x 3: none, or a colour that grows from one side of the face to the other."""
    across = np.linspace(-1, 1, side, dtype=np.float32)
    angle = rng.uniform(0, 2 * np.pi, count).astype(np.float32)[:, None, None, None]
    slope = np.cos(angle) * across[None, None, None, :] + np.sin(angle) * across[None, None, :, None]
    reach = np.array([1, MIDDLE_REACH], np.float32)[None, :, None, None]
    begins = rng.uniform(-0.5, 0.5, count).astype(np.float32)[:, None, None, None]
    width = rng.uniform(0.15, 1, count).astype(np.float32)[:, None, None, None]
    share = 1 / (1 + np.exp(-4 * (slope * reach - begins) / width))
    share *= (rng.random(count) < 0.5).astype(np.float32)[:, None, None, None]
    colour = np.exp(rng.normal(0, 0.35, (count, 3)) + rng.normal(0, 0.15, (count, 1))).astype(np.float32)
    return 1 + share[..., None] * (colour[:, None, None, None, :] - 1)


def resharpened(seen, rng):
    """Softer or sharper: lenses, sensors and studios differ in it, and it says nothing about liveness by itself."""
    count = len(seen)
    pictures = seen.permute(0, 1, 4, 2, 3).reshape(count * 2, 3, *seen.shape[2:4])
    soft = F.avg_pool2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    by = np.where(rng.random(count) < 0.5, rng.uniform(-0.4, 1.5, count), 0).astype(np.float32)
    by = torch.from_numpy(by).repeat_interleave(2).view(-1, 1, 1, 1)
    changed = (pictures + by * (pictures - soft)).clamp(0, 1)
    return changed.reshape(count, 2, 3, *seen.shape[2:4]).permute(0, 1, 3, 4, 2)


def train(crops, examples, steps, seed, without=None, begun=None, lit=False):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    by_kind = {
        kind: np.array([i for i, e in enumerate(examples) if e["fold"] == "train" and e["kind"] == kind])
        for kind in KINDS
        if kind != without
    }
    total = sum(SHARES[kind] for kind in by_kind)
    network = PassiveLiveness()
    if begun is not None:
        network.load_state_dict(begun)
    network.to(DEVICE)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps, pct_start=0.15)
    network.train()
    for step in range(steps):
        chosen = np.sort(
            np.concatenate(
                [rng.choice(places, max(1, round(BATCH * SHARES[kind] / total))) for kind, places in by_kind.items()]
            )
        )
        wanted = torch.tensor([0.98 if examples[i]["kind"] == "live" else 0.02 for i in chosen])
        given = varied(crops[chosen], rng, lit).to(DEVICE)
        loss = F.binary_cross_entropy_with_logits(network(given), wanted.to(DEVICE))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            print(f"{without or 'all'} step {step} loss {loss.item():.3f} cpu {time.process_time():.0f} s", flush=True)
    return network.cpu().eval()


def scores(network, crops, places):
    found = []
    with torch.no_grad():
        for start in range(0, len(places), 64):
            batch = torch.from_numpy(crops[places[start : start + 64]]).float() / 255
            found.append(torch.sigmoid(network(batch)).numpy())
    return np.concatenate(found)


def rates(network, crops, examples):
    places = np.array([i for i, e in enumerate(examples) if e["fold"] == "tune"])
    kinds = np.array([examples[i]["kind"] for i in places])
    given = scores(network, crops, places)
    threshold = float(np.quantile(given[kinds == "live"], BONA_FIDE_REFUSED))
    accepted = {kind: float(np.mean(given[kinds == kind] >= threshold)) for kind in KINDS[1:]}
    return {"threshold": threshold, "bpcer": BONA_FIDE_REFUSED, "apcer": accepted, "examples": len(places)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--leave-out-steps", type=int, default=0, help="for each network that is not shown one kind")
    parser.add_argument("--lit-steps", type=int, default=2400, help="after those, in light of all colours")
    parser.add_argument("--begun", help="passive.pt that --steps led to already, to go on from with --lit-steps")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    torch.set_num_threads(1)
    crops, examples = load(given.examples)
    begun = torch.load(given.begun) if given.begun else train(crops, examples, given.steps, given.seed).state_dict()
    torch.save(begun, f"{given.out}/before-light.pt")
    network = train(crops, examples, given.lit_steps, given.seed + 1, begun=begun, lit=True)
    figures = {
        "seed": given.seed,
        "steps": given.steps,
        "litSteps": given.lit_steps,
        "examples": len(examples),
        "tune": rates(network, crops, examples),
        "leftOut": {},
    }
    print(json.dumps(figures), flush=True)
    torch.save(network.state_dict(), f"{given.out}/passive.pt")
    torch.onnx.export(
        OneFace(network),
        torch.zeros(2, 96, 96, 3),
        f"{given.out}/passive.onnx",
        input_names=["pictures"],
        output_names=["live"],
        opset_version=13,
    )
    if given.leave_out_steps > 0:
        for kind in KINDS[1:]:
            lacking = train(crops, examples, given.leave_out_steps, given.seed, without=kind)
            figures["leftOut"][kind] = rates(lacking, crops, examples)["apcer"][kind]
            print(kind, figures["leftOut"][kind], flush=True)
    with open(f"{given.out}/figures.json", "w") as file:
        json.dump(figures, file, indent=2)


main()
