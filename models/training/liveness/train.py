"""Trains the passive liveness network on the examples that evaluate-liveness-crops.js wrote. Seeded, one thread."""
import argparse
import json
import time

import numpy as np
import torch
from torch.nn import functional as F

from network import OneFace, PassiveLiveness

KINDS = ["live", "print", "screen", "cut-out", "masked-print"]
BONA_FIDE_REFUSED = 0.03
SHARES = {"live": 0.5, "print": 0.15, "screen": 0.15, "cut-out": 0.08, "masked-print": 0.12}


def load(folder):
    examples = [json.loads(line) for line in open(f"{folder}/examples.jsonl")]
    crops = np.memmap(f"{folder}/crops.u8", np.uint8, "r").reshape(-1, 2, 96, 96, 3)
    count = min(len(examples), len(crops))
    return crops[:count], examples[:count]


def varied(batch, rng):
    """Mirrored or not, brighter or darker, another white, moved by a few pixels: what says nothing about liveness."""
    batch = torch.from_numpy(batch).float() / 255
    count = len(batch)
    mirrored = torch.from_numpy(rng.random(count) < 0.5)
    batch[mirrored] = batch[mirrored].flip(3)
    gain = np.exp(rng.normal(0, 0.15, (count, 1)) + rng.normal(0, 0.04, (count, 3))).astype(np.float32)
    power = np.exp(rng.normal(0, 0.1, count)).astype(np.float32)
    batch = batch.clamp(1e-4, 1) ** torch.from_numpy(power)[:, None, None, None, None]
    batch = (batch * torch.from_numpy(gain)[:, None, None, None, :]).clamp(0, 1)
    right, down = rng.integers(-5, 6, 2)
    flat = batch.permute(0, 1, 4, 2, 3).reshape(count * 2, 3, 96, 96)
    padded = F.pad(flat, (5, 5, 5, 5), mode="replicate")[:, :, 5 + down : 101 + down, 5 + right : 101 + right]
    return padded.reshape(count, 2, 3, 96, 96).permute(0, 1, 3, 4, 2).contiguous()


def train(crops, examples, minutes, seed, without=None):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    by_kind = {
        kind: np.array([i for i, e in enumerate(examples) if e["fold"] == "train" and e["kind"] == kind])
        for kind in KINDS
        if kind != without
    }
    network = PassiveLiveness()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    began, step, size = time.process_time(), 0, 64
    total = sum(SHARES[kind] for kind in by_kind)
    network.train()
    while (spent := (time.process_time() - began) / (minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * spent)) + 1e-5
        chosen = np.concatenate(
            [rng.choice(places, max(1, round(size * SHARES[kind] / total))) for kind, places in by_kind.items()]
        )
        wanted = torch.tensor([0.98 if examples[i]["kind"] == "live" else 0.02 for i in chosen])
        loss = F.binary_cross_entropy_with_logits(network(varied(crops[np.sort(chosen)], rng)), wanted[np.argsort(chosen)])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0:
            print(f"{without or 'all'} step {step} spent {spent:.2f} loss {loss.item():.3f}", flush=True)
        step += 1
    network.eval()
    return network, step


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
    parser.add_argument("--minutes", type=float, default=15, help="of processor time, for the network that ships")
    parser.add_argument("--leave-out-minutes", type=float, default=0, help="for each network that lacks one kind")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    torch.set_num_threads(1)
    crops, examples = load(given.examples)
    network, steps = train(crops, examples, given.minutes, given.seed)
    figures = {"seed": given.seed, "steps": steps, "tune": rates(network, crops, examples), "leftOut": {}}
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
    if given.leave_out_minutes > 0:
        for kind in KINDS[1:]:
            lacking, _ = train(crops, examples, given.leave_out_minutes, given.seed, without=kind)
            figures["leftOut"][kind] = rates(lacking, crops, examples)["apcer"][kind]
            print(kind, figures["leftOut"][kind], flush=True)
    with open(f"{given.out}/figures.json", "w") as file:
        json.dump(figures, file, indent=2)


main()
