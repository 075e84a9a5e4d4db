"""
Trains the small network that says how a mask is worn (none, proper, under the nose) from the aligned face at half its
size: on photos with and without masks, and on faces with simulated ones. Seeded, one thread.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from crops import Crops, aligned, jittered, lit_from_sides, partly_covered, relit
from device import DEVICE
from masks import drawn_template, loosened, proper_anchors, read_templates, stacked, under_nose_anchors, wear
from people import is_held_out
from small_network import PictureLast, layer

BATCH = 32
RATE = 2e-3
NONE, PROPER, UNDER = range(3)


def network():
    return nn.Sequential(
        layer(3, 16, 1),
        layer(16, 32, 2),
        layer(32, 32, 1),
        layer(32, 64, 2),
        layer(64, 64, 1),
        layer(64, 96, 2),
        nn.AvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Dropout(0.4),
        nn.Linear(96 * 49, 3),
    )


def halved(inputs):
    return F.avg_pool2d(inputs, 2)


def main():
    parser = argparse.ArgumentParser()
    for name in ("templates", "faces", "photos", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--seed", type=int, default=3)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(given.seed)
    faces, photos = Crops(given.faces), Crops(given.photos)
    with_mask = np.array([int(name.startswith("with_mask")) for name in photos.names])
    held_photos = np.array([is_held_out(name) for name in photos.names])
    held_faces = np.array([is_held_out(person) for person in faces.people])
    learnt_photos, learnt_faces = np.where(~held_photos)[0], np.where(~held_faces)[0]
    drawn = np.random.default_rng(7)
    pictures, anchors = stacked(list(read_templates(given.templates).values()) * 12 + [drawn_template(drawn) for _ in range(300)])

    def worn(places, kinds, learning=False):
        crops, mesh = faces.pixels(places), faces.mesh[places]
        under = torch.tensor(kinds == UNDER).view(-1, 1, 1)
        where = loosened(torch.where(under, under_nose_anchors(mesh), proper_anchors(mesh)), rng)
        take = rng.integers(0, len(pictures), len(places))
        dressed, _ = wear(crops, where, pictures[take], anchors[take])
        if learning:
            crops = partly_covered(crops, rng)
        return torch.where(torch.tensor(kinds == NONE).view(-1, 1, 1, 1), crops, dressed)

    def moved(crops):
        count = len(crops)
        normal = lambda size: torch.randn(count) * size
        flips = torch.rand(count) < 0.5
        return halved(jittered(crops, normal(0.06), 1 + normal(0.06), normal(2.5), normal(2.5), flips))

    judge = network().to(DEVICE)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=5e-2)
    held = halved(aligned(photos.pixels(np.where(held_photos)[0])))
    count = min(900, held_faces.sum())
    some = np.sort(np.random.default_rng(11).choice(np.where(held_faces)[0], count, replace=False))
    kinds = np.arange(count) % 3
    drawn_held = torch.cat([halved(aligned(worn(some[at : at + 100], kinds[at : at + 100]))) for at in range(0, count, 100)])

    def report(step):
        judge.eval()
        with torch.no_grad():
            bare = judge(held.to(DEVICE)).softmax(1)[:, NONE].cpu().numpy() >= 0.5
            named = torch.cat([judge(drawn_held[at : at + 150].to(DEVICE)) for at in range(0, count, 150)]).argmax(1).cpu().numpy()
        judge.train()
        truth = with_mask[held_photos]
        each = [round(float((named[kinds == kind] == kind).mean()), 4) for kind in (NONE, PROPER, UNDER)]
        print(
            f"step {step}: {len(truth)} photos kept out: right {np.mean(bare != truth):.4f}, masks missed "
            f"{np.mean(bare[truth == 1]):.4f}, imagined {np.mean(~bare[truth == 0]):.4f}; simulated on people kept out {each}",
            flush=True,
        )

    for step in range(given.steps):
        pace = min(1, step / 50) * (0.5 * (1 + np.cos(np.pi * step / given.steps)) + 0.005)
        for group in optimiser.param_groups:
            group["lr"] = RATE * pace
        real = np.sort(rng.choice(learnt_photos, BATCH))
        other = np.sort(rng.choice(learnt_faces, BATCH, replace=False))
        kind = rng.choice(3, BATCH, p=[0.5, 0.35, 0.15])
        crops = torch.cat([photos.pixels(real), worn(other, kind, learning=True)])
        seen = moved(relit(lit_from_sides(crops), rng, strength=1.2)).to(DEVICE)
        scores = judge(seen.contiguous(memory_format=torch.channels_last)).cpu()
        # A photo with a mask does not say how it is worn: either way is right.
        logs = F.log_softmax(scores[:BATCH], 1)
        either = torch.logsumexp(logs[:, PROPER:], 1)
        photo_loss = -torch.where(torch.tensor(with_mask[real]) == 1, either, logs[:, NONE])
        face_loss = F.cross_entropy(scores[BATCH:], torch.tensor(kind), label_smoothing=0.03, reduction="none")
        loss = torch.cat([photo_loss, face_loss]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 200 == 199:
            report(step + 1)
    report("end")
    judge.cpu().eval()
    torch.onnx.export(
        PictureLast(judge), torch.zeros(1, 56, 56, 3), given.out, input_names=["face"], output_names=["scores"], opset_version=13
    )


if __name__ == "__main__":
    main()
