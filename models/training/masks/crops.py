"""Aligned crops with a border, and the mesh of each face in them, as scripts/src/training-crops.ts writes them."""
import json

import numpy as np
import torch
from torch.nn import functional as F

BORDER = 24
ALIGNED = 112
SIDE = ALIGNED + 2 * BORDER
POINTS = 468


class Crops:
    def __init__(self, base):
        with open(f"{base}.json") as file:
            self.names = json.load(file)
        count = len(self.names)
        self._pixels = np.memmap(f"{base}.crops", np.uint8, "r", shape=(count, SIDE, SIDE, 3))
        mesh = np.fromfile(f"{base}.mesh", np.float32).reshape(count, POINTS, 2)
        self.mesh = torch.from_numpy(mesh)
        self.people = np.array([name.split("/")[0] for name in self.names])

    def pixels(self, places):
        """n x 3 x SIDE x SIDE, 0 to 1."""
        chosen = np.ascontiguousarray(self._pixels[places])
        return torch.from_numpy(chosen).permute(0, 3, 1, 2).float() / 255


def aligned(crops):
    """The networks' input: without the border, (value - 127.5) / 128."""
    inner = crops[..., BORDER : BORDER + ALIGNED, BORDER : BORDER + ALIGNED]
    return (inner * 255 - 127.5) / 128


def jittered(crops, angle, scale, right, down, mirrored):
    """`aligned`, turned, scaled and moved a little about the middle: what landmarks under a mask get wrong."""
    count = len(crops)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    share = ALIGNED / SIDE
    side = torch.where(mirrored, -1.0, 1.0)
    rows = [
        torch.stack([cosine * share * side, -sine * share, right * 2 / SIDE], -1),
        torch.stack([sine * share * side, cosine * share, down * 2 / SIDE], -1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), (count, 3, ALIGNED, ALIGNED), align_corners=False)
    seen = F.grid_sample(crops, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return (seen * 255 - 127.5) / 128


def relit(crops, rng, strength=1.0):
    """Other light, contrast, white, sharpness and noise."""
    count = len(crops)

    def between(low, high):
        return torch.empty(count, 1, 1, 1).uniform_(low, high)

    seen = crops.clamp(1e-3, 1) ** torch.exp(torch.empty(count, 1, 1, 1).normal_(0, 0.25 * strength))
    mean = seen.mean((1, 2, 3), keepdim=True)
    seen = (seen - mean) * between(0.7, 1.25) + mean * between(0.7, 1.25)
    seen = seen * torch.empty(count, 3, 1, 1).uniform_(1 - 0.08 * strength, 1 + 0.08 * strength)
    if rng.random() < 0.35:
        coarse = int(rng.integers(40, 100))
        small = F.interpolate(seen, (coarse, coarse), mode="area")
        seen = F.interpolate(small, (SIDE, SIDE), mode="bilinear", align_corners=False)
    grey = torch.rand(count, 1, 1, 1) < 0.1
    seen = torch.where(grey, seen.mean(1, keepdim=True).expand_as(seen), seen)
    return (seen + torch.randn_like(seen) * between(0, 0.04)).clamp(0, 1)


def lit_from_sides(crops, share=0.5):
    """On some, coloured light that changes over the face: a monitor, a lamp, a window."""
    count = len(crops)
    coarse = torch.exp(torch.randn(count, 3, 3, 3) * 0.3)
    light = F.interpolate(coarse, (SIDE, SIDE), mode="bilinear", align_corners=True)
    lit = (crops * light).clamp(0, 1)
    return torch.where((torch.rand(count) < share).view(-1, 1, 1, 1), lit, crops)


def partly_covered(crops, rng, share=0.35):
    """On some, an ellipse of one colour or of another face's texture beside or over a part of the lower face."""
    covered = crops.clone()
    down, across = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    for place in np.where(rng.random(len(crops)) < share)[0]:
        x, y = rng.uniform(40, 120), rng.uniform(80, 150)
        wide, high, turn = rng.uniform(4, 16), rng.uniform(6, 34), rng.uniform(0, np.pi)
        u = (across - x) * np.cos(turn) + (down - y) * np.sin(turn)
        v = -(across - x) * np.sin(turn) + (down - y) * np.cos(turn)
        inside = (u / wide) ** 2 + (v / high) ** 2 < 1
        if rng.random() < 0.5:
            colour = torch.tensor(rng.uniform(0, 1, 3), dtype=torch.float32).view(3, 1, 1)
        else:
            colour = crops[int(rng.integers(len(crops)))].flip(1)
        covered[place] = torch.where(inside, colour, covered[place])
    return covered
