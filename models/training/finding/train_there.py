"""
Trains the small network that says whether a face, bare or masked, lies where five points claim it. It sees the face with
its surroundings, 64x64, on examples that evaluate-finding-crops.js wrote. Seeded, one thread.
"""
import argparse
import json
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from device import DEVICE

BATCH = 64
RATE = 3e-3
SEEN = 64


def layer(channels, wider):
    return nn.Sequential(nn.Conv2d(channels, wider, 3, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.ReLU())


class FaceThere(nn.Module):
    """N x 64 x 64 x 3, RGB, -1 to 1; gives N log-odds that a face is there."""

    def __init__(self):
        super().__init__()
        self.seen = nn.Sequential(layer(3, 16), layer(16, 32), layer(32, 64), layer(64, 64), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(64 * 16, 48), nn.ReLU(), nn.Linear(48, 1))

    def forward(self, x):
        return self.head(self.seen(x.permute(0, 3, 1, 2)))[:, 0]


class OneFace(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, face):
        return torch.sigmoid(self.network(face)).reshape(1, 1)


def varied(batch, rng):
    """Mirrored or not, in another light, moved by a few pixels, a part of it hidden now and then."""
    seen = torch.from_numpy(batch).float() / 255
    count = len(seen)
    gain = torch.tensor(np.exp(rng.normal(0, 0.2, (count, 1, 1, 1)) + rng.normal(0, 0.05, (count, 1, 1, 3))), dtype=torch.float32)
    seen = (seen * gain).clamp(0, 1) ** torch.tensor(np.exp(rng.normal(0, 0.15, (count, 1, 1, 1))), dtype=torch.float32)
    flips = torch.tensor(rng.random(count) < 0.5).view(-1, 1, 1, 1)
    seen = torch.where(flips, seen.flip(2), seen)
    right, down = rng.integers(-2, 3, 2)
    seen = torch.roll(seen, (int(down), int(right)), (1, 2))
    for place in np.where(rng.random(count) < 0.15)[0]:
        top, left, side = rng.integers(0, SEEN, 2).tolist() + [int(rng.integers(8, 24))]
        seen[place, top : top + side, left : left + side] = torch.tensor(rng.random(3), dtype=torch.float32)
    noise = torch.tensor(rng.normal(0, 0.02, seen.shape), dtype=torch.float32)
    return (seen + noise) * 2 - 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(given.seed)
    said = [json.loads(line) for line in open(f"{given.examples}/examples.jsonl")]
    crops = np.fromfile(f"{given.examples}/crops.u8", np.uint8)
    count = min(len(said), crops.size // (SEEN * SEEN * 3))
    crops, said = crops[: count * SEEN * SEEN * 3].reshape(count, SEEN, SEEN, 3), said[:count]
    labels = np.array([each["label"] for each in said])
    tune = np.array([each["photo"] % 10 == 9 for each in said])
    groups = [np.where((labels == label) & ~tune)[0] for label in (1, 0)]
    network = FaceThere().to(DEVICE)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=given.steps, pct_start=0.1)
    for step in range(given.steps):
        network.train()
        chosen = np.concatenate([rng.choice(places, BATCH // 2) for places in groups])
        wanted = torch.tensor(labels[chosen] * 0.96 + 0.02, dtype=torch.float32)
        loss = F.binary_cross_entropy_with_logits(network(varied(crops[chosen], rng).to(DEVICE)).cpu(), wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 250 == 249:
            print(f"step {step + 1}: loss {loss.item():.3f}, cpu {time.process_time():.0f} s", flush=True)
    network.eval()
    with torch.no_grad():
        seen = torch.from_numpy(crops[tune]).float() / 127.5 - 1
        scores = torch.cat([torch.sigmoid(network(part.to(DEVICE))).cpu() for part in seen.split(128)]).numpy()
    kinds = np.array([each["why"] for each in said])[tune]
    figures = {"seed": given.seed, "steps": given.steps, "examples": count, "kept": int(tune.sum()), "judgedThere": {}}
    for kind in sorted(set(kinds)):
        figures["judgedThere"][kind] = {str(at): float(np.mean(scores[kinds == kind] >= at)) for at in (0.3, 0.5, 0.7)}
    print(json.dumps(figures), flush=True)
    with open(f"{given.out}/figures.json", "w") as file:
        json.dump(figures, file, indent=2)
    network.cpu()
    torch.onnx.export(
        OneFace(network), torch.zeros(1, SEEN, SEEN, 3), f"{given.out}/face-there.onnx", input_names=["face"], output_names=["there"], opset_version=13
    )


main()
