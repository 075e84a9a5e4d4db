"""Simulated masks: pictures with six anchors (MaskTheFace's, and drawn ones) bent onto batches of faces."""
import configparser
import os

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

WIDTH, HEIGHT = 192, 160
# Their anchors do not fit the six points of a face well enough to learn from.
UNFIT = ("gas", "KN95", "empty", "inpaint")
# Kept for validation.
VALIDATION = ("surgical_green", "surgical_green_left", "surgical_green_right", "N95")


def read_templates(root):
    """By name: RGBA of HEIGHT x WIDTH in 0 to 1, and the six anchors in shares of its sides."""
    config = configparser.ConfigParser()
    config.read(os.path.join(root, "masks.cfg"))
    found = {}
    for name in config.sections():
        if name.startswith(UNFIT) or "template" not in config[name]:
            continue
        picture = Image.open(os.path.join(root, config[name]["template"].split("masks/")[-1])).convert("RGBA")
        anchors = np.array([[float(v) for v in config[name][f"mask_{key}"].split(",")] for key in "abcdef"])
        shares = (anchors / np.array(picture.size)).astype(np.float32)
        rgba = np.asarray(picture.resize((WIDTH, HEIGHT), Image.LANCZOS), np.float32) / 255
        found[name] = (rgba, shares)
    return found


def drawn_template(rng):
    """A drawn mask of some outline, cloth, colour and pattern."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    u, v = across / (WIDTH - 1) * 2 - 1, down / (HEIGHT - 1)
    dip, base = rng.uniform(-0.02, 0.2), rng.uniform(0.0, 0.12)
    top = base + dip * np.abs(u) ** rng.uniform(1, 2.5)
    bottom = 1 - rng.uniform(0.05, 0.45) * np.abs(u) ** rng.uniform(1.2, 4)
    cover = np.clip((v - top) * HEIGHT / 1.5, 0, 1) * np.clip((bottom - v) * HEIGHT / 1.5, 0, 1)
    cloths = [
        lambda: np.array([0.62, 0.77, 0.84]) * rng.uniform(0.8, 1.1),
        lambda: np.ones(3) * rng.uniform(0.8, 1),
        lambda: np.ones(3) * rng.uniform(0.03, 0.3),
        lambda: np.array([0.55, 0.78, 0.65]) * rng.uniform(0.7, 1.15),
        lambda: rng.uniform(0, 1, 3),
        lambda: rng.uniform(0, 1, 3),
    ]
    picture = np.broadcast_to(cloths[rng.integers(0, 6)]().astype(np.float32), (HEIGHT, WIDTH, 3)).copy()
    pattern = rng.integers(0, 6)
    if pattern == 1:
        waves, turn = rng.uniform(6, 40), rng.uniform(0, np.pi)
        picture[np.sin((u * np.cos(turn) + v * np.sin(turn)) * waves) > rng.uniform(-0.5, 0.5)] = rng.uniform(0, 1, 3)
    elif pattern == 2:
        for _ in range(rng.integers(5, 60)):
            x, y, radius = rng.uniform(-1, 1), rng.uniform(0, 1), rng.uniform(0.02, 0.15)
            picture[(u - x) ** 2 + ((v - y) * 1.2) ** 2 < radius * radius] = rng.uniform(0, 1, 3)
    elif pattern == 3:
        cells = rng.integers(3, 14)
        coarse = torch.tensor(rng.uniform(0, 1, (cells, cells, 3)).astype(np.float32)).permute(2, 0, 1)[None]
        fine = F.interpolate(coarse, (HEIGHT, WIDTH), mode="bicubic", align_corners=False)[0].permute(1, 2, 0).numpy()
        picture = picture * 0.4 + fine * 0.6
    folds = rng.integers(0, 5)
    if folds:
        wave = np.sin(v * folds * 2 * np.pi * rng.uniform(0.8, 1.2) + rng.uniform(0, 6))
        picture *= (1 - 0.15 * np.maximum(0, wave) ** 4)[..., None]
    picture *= (1 - rng.uniform(0.1, 0.5) * np.abs(u) ** rng.uniform(1, 2.5))[..., None]
    if rng.random() < 0.4:
        x, y, radius = rng.uniform(-0.5, 0.5), rng.uniform(0.3, 0.7), rng.uniform(0.05, 0.16)
        picture[(u - x) ** 2 + (v - y) ** 2 < radius * radius] = rng.uniform(0, 1, 3)
    picture += rng.normal(0, rng.uniform(0, 0.03), picture.shape)
    rim = base + dip
    anchors = [[0, rim], [0.5, base], [1, rim], [0, 0.55], [0.5, 1], [1, 0.55]]
    rgba = np.concatenate([np.clip(picture, 0, 1), cover[..., None]], -1).astype(np.float32)
    return rgba, np.array(anchors, np.float32)


def stacked(templates):
    """RGBA as n x 4 x HEIGHT x WIDTH and anchors as n x 6 x 2."""
    pictures = torch.tensor(np.stack([rgba for rgba, _ in templates])).permute(0, 3, 1, 2)
    return pictures, torch.tensor(np.stack([anchors for _, anchors in templates]))


def _mean(mesh, *points):
    return mesh[:, list(points)].mean(1)


def proper_anchors(mesh):
    """Cheek, bridge of the nose, cheek, jaw, chin, jaw: n x 6 x 2."""
    chin = _mean(mesh, 152)
    chin = chin + (chin - _mean(mesh, 4)) * 0.06
    top = [_mean(mesh, 227, 116), _mean(mesh, 6, 197), _mean(mesh, 447, 345)]
    return torch.stack([*top, _mean(mesh, 172, 58), chin, _mean(mesh, 397, 288)], 1)


def under_nose_anchors(mesh):
    """The same below the nose: the mask covers the mouth alone."""
    proper = proper_anchors(mesh)
    top = [_mean(mesh, 177, 132), _mean(mesh, 164, 2), _mean(mesh, 401, 361)]
    return torch.stack([*top, proper[:, 3], proper[:, 4], proper[:, 5]], 1)


def loosened(anchors, rng, sagging=0.0):
    """Crooked, higher, lower, wider: as masks are worn. `sagging` is the share that hangs far down."""
    count = len(anchors)
    bridge, chin = anchors[:, 1], anchors[:, 4]
    height = (chin - bridge).norm(dim=1).view(-1, 1)
    up = (bridge - chin) / height
    shift = torch.tensor(rng.normal(0, 0.05, count), dtype=torch.float32)
    sags = torch.tensor(rng.random(count) < sagging)
    sunk = torch.tensor(-rng.uniform(0.08, 0.2, count), dtype=torch.float32)
    shift = torch.where(sags, sunk, shift).view(-1, 1)
    follows = torch.tensor([1.0, 1.0, 1.0, 0.3, 0.3, 0.3]).view(1, 6, 1)
    moved = anchors + follows * (up * shift * height).unsqueeze(1) + torch.randn(count, 6, 2) * 1.5
    middle = moved.mean(1, keepdim=True)
    return middle + (moved - middle) * torch.tensor(rng.normal(1.08, 0.06, (count, 1, 2)), dtype=torch.float32)


def _homographies(onto, of):
    count = len(onto)
    x, y, u, v = onto[..., 0], onto[..., 1], of[..., 0], of[..., 1]
    one, nought = torch.ones_like(x), torch.zeros_like(x)
    rows = [
        torch.stack([x, y, one, nought, nought, nought, -u * x, -u * y], -1),
        torch.stack([nought, nought, nought, x, y, one, -v * x, -v * y], -1),
    ]
    system = torch.cat(rows, 1) + 1e-6 * torch.eye(8)
    solved = torch.linalg.solve(system, torch.cat([u, v], 1).unsqueeze(-1))[..., 0]
    return torch.cat([solved, torch.ones(count, 1)], 1).reshape(count, 3, 3)


def wear(crops, anchors, pictures, picture_anchors):
    """Bends each picture onto its face in two halves along the line from bridge to chin, in the light of the face."""
    count, _, side, _ = crops.shape
    down, across = torch.meshgrid(torch.arange(side) + 0.5, torch.arange(side) + 0.5, indexing="ij")
    grid = torch.stack([across, down, torch.ones_like(across)], -1).reshape(-1, 3)
    halves = []
    for corners in ([0, 1, 4, 3], [1, 2, 5, 4]):
        mapped = grid @ _homographies(anchors[:, corners], picture_anchors[:, corners]).transpose(1, 2)
        halves.append(mapped[..., :2] / mapped[..., 2:].clamp(min=1e-4))
    bridge, chin = anchors[:, 1], anchors[:, 4]
    along = chin - bridge
    offset = grid[None, :, :2] - bridge[:, None]
    right = along[:, None, 0] * offset[..., 1] - along[:, None, 1] * offset[..., 0] > 0
    places = torch.where(right[..., None], halves[0], halves[1]).reshape(count, side, side, 2)
    seen = F.grid_sample(pictures, places * 2 - 1, mode="bilinear", padding_mode="zeros", align_corners=False)
    cloth, cover = seen[:, :3], seen[:, 3:]
    luma = F.avg_pool2d(F.avg_pool2d(crops.mean(1, keepdim=True), 8), 5, 1, 2, count_include_pad=False)
    light = F.interpolate(luma, (side, side), mode="bilinear", align_corners=False)
    cloth = (cloth * (0.45 + 0.55 * (light / 0.5))).clamp(0, 1)
    return crops * (1 - cover) + cloth * cover, cover
