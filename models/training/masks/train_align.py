"""
Trains the small network that puts a masked face straight: landmarks guess what a mask hides, and guess it wrong. It sees
the face as they placed it and says how far off that is (turn, scale, shift), from faces with simulated masks that were
moved on purpose. Seeded, one thread.
"""
import argparse
import copy
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from crops import ALIGNED, SIDE, Crops, lit_from_sides, relit
from device import DEVICE
from masks import drawn_template, loosened, proper_anchors, read_templates, stacked, wear
from people import is_held_out
from small_network import PictureLast, layer

BATCH = 64
RATE = 2e-3
# The input covers the aligned square and 8 pixels more on every side, two of its pixels each.
COVERED, SEEN = 128, 64
# The five points of the aligned square, from its middle.
TEMPLATE = torch.tensor([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]) - ALIGNED / 2


def network():
    return nn.Sequential(
        layer(3, 16, 2),
        layer(16, 32, 1),
        layer(32, 48, 2),
        layer(48, 64, 2),
        layer(64, 96, 2),
        nn.Flatten(),
        nn.Linear(96 * 16, 128),
        nn.ReLU(),
        nn.Linear(128, 4),
    )


def places_of(off):
    """Where the five points are seen when the face lies `off` (turn, log of scale, shift in pixels / 16): n x 5 x 2."""
    cosine, sine = torch.cos(off[:, :1]) * torch.exp(off[:, 1:2]), torch.sin(off[:, :1]) * torch.exp(off[:, 1:2])
    x, y = TEMPLATE[:, 0][None], TEMPLATE[:, 1][None]
    return torch.stack([cosine * x - sine * y + off[:, 2:3] * 16, sine * x + cosine * y + off[:, 3:4] * 16], -1)


def seen_off(crops, off):
    """The crops as they are seen when the face lies `off`."""
    count = len(crops)
    # A place that is seen shows what lies, in the crop, where the opposite movement takes it.
    cosine, sine = torch.cos(-off[:, 0]) * torch.exp(-off[:, 1]), torch.sin(-off[:, 0]) * torch.exp(-off[:, 1])
    right, down = off[:, 2] * 16, off[:, 3] * 16
    share = COVERED / SIDE
    x, y = -(cosine * right - sine * down), -(sine * right + cosine * down)
    rows = [
        torch.stack([cosine * share, -sine * share, x * 2 / SIDE], -1),
        torch.stack([sine * share, cosine * share, y * 2 / SIDE], -1),
    ]
    fine = F.affine_grid(torch.stack(rows, 1), (count, 3, COVERED, COVERED), align_corners=False)
    picture = F.grid_sample(crops, fine, mode="bilinear", padding_mode="border", align_corners=False)
    return (F.avg_pool2d(picture, COVERED // SEEN) * 255 - 127.5) / 128


def main():
    parser = argparse.ArgumentParser()
    for name in ("templates", "faces", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(given.seed)
    faces = Crops(given.faces)
    held = np.array([is_held_out(person) for person in faces.people])
    learnt = np.where(~held)[0]
    drawn = np.random.default_rng(7)
    pictures, anchors = stacked(list(read_templates(given.templates).values()) * 12 + [drawn_template(drawn) for _ in range(300)])

    def worn(places, of=rng):
        crops, mesh = faces.pixels(places), faces.mesh[places]
        where = loosened(proper_anchors(mesh), of, sagging=0.1)
        # From snug to masks that reach from the eyes to over the cheeks.
        middle = where.mean(1, keepdim=True)
        wider = torch.tensor(of.uniform(0.95, 1.4, (len(places), 1, 1)), dtype=torch.float32)
        taller = torch.tensor(of.uniform(0.95, 1.25, (len(places), 1, 1)), dtype=torch.float32)
        where = middle + (where - middle) * torch.cat([wider, taller], -1)
        take = of.integers(0, len(pictures), len(places))
        dressed, _ = wear(crops, where, pictures[take], anchors[take])
        bare = torch.tensor(of.random(len(places)) < 0.1).view(-1, 1, 1, 1)
        return torch.where(bare, crops, dressed)

    def off_by(count, of=rng):
        far = (of.random((count, 1)) < 0.35).astype(np.float32)
        spread = np.array([[0.1, 0.08, 0.3, 0.3]]) * (1 - far) + np.array([[0.25, 0.2, 0.7, 0.7]]) * far
        return torch.tensor((of.normal(0, 1, (count, 4)) * spread).astype(np.float32))

    judge = network().to(DEVICE)
    print(sum(weight.numel() for weight in judge.parameters()), "weights")
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=1e-2)
    fixed = np.random.default_rng(13)
    count = min(512, held.sum())
    some = np.sort(fixed.choice(np.where(held)[0], count, replace=False))
    offs = off_by(count, fixed)
    with torch.no_grad():
        shown = torch.cat([seen_off(worn(some[at : at + 64], fixed), offs[at : at + 64]) for at in range(0, count, 64)])

    def report(step):
        judge.eval()
        with torch.no_grad():
            said = torch.cat([judge(shown[at : at + 64].to(DEVICE)).cpu() for at in range(0, count, 64)])
        judge.train()
        before = places_of(offs).sub(places_of(torch.zeros_like(offs))).norm(dim=-1).mean(1)
        after = places_of(said).sub(places_of(offs)).norm(dim=-1).mean(1)
        ninth = lambda errors: errors.quantile(0.9).item()
        print(
            f"step {step}: pixels off on people kept out: before {before.median():.2f} ({ninth(before):.2f} at p90), "
            f"after {after.median():.2f} ({ninth(after):.2f})",
            flush=True,
        )

    begun = time.time()
    for step in range(given.steps):
        pace = min(1, step / 50) * (0.5 * (1 + np.cos(np.pi * step / given.steps)) + 0.005)
        for group in optimiser.param_groups:
            group["lr"] = RATE * pace
        places = np.sort(rng.choice(learnt, BATCH, replace=False))
        crops = relit(lit_from_sides(worn(places), share=0.3), rng)
        flips = torch.rand(BATCH) < 0.5
        crops = torch.where(flips.view(-1, 1, 1, 1), crops.flip(3), crops)
        off = off_by(BATCH)
        said = judge(seen_off(crops, off).to(DEVICE).contiguous(memory_format=torch.channels_last)).cpu()
        loss = F.smooth_l1_loss(places_of(said), places_of(off), beta=1.0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 99:
            print(f"step {step + 1}: loss {loss.item():.3f}, {time.time() - begun:.0f} s", flush=True)
        if step % 200 == 199:
            report(step + 1)
            export(judge, given.out)
    report("end")
    export(judge, given.out)


def export(judge, path):
    written = copy.deepcopy(judge).cpu().eval()
    torch.onnx.export(
        PictureLast(written), torch.zeros(1, SEEN, SEEN, 3), path, input_names=["face"], output_names=["off"], opset_version=13
    )


if __name__ == "__main__":
    main()
