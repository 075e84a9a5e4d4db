"""
Teaches a copy of mobilefacenet to see behind masks: it sees a photo with a simulated mask, and is to give what the
network that ships (the teacher) gives for the same photo without one. Seeded, one thread.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from crops import Crops, aligned, jittered, relit
from device import DEVICE
from masks import VALIDATION, drawn_template, loosened, proper_anchors, read_templates, stacked, wear
from network import FaceNetwork, unit_vectors
from people import is_held_out, is_validation

# The first steps, of edges and textures, stay the teacher's.
CUT = 16
BATCH = 48
# Of each batch so many are two faces laid over each other: people that no photo shows, whom the teacher knows too.
BLENDED = BATCH // 4
RATE = 4e-4
SCALE, MARGIN = 20, 0.15
ENDPOINT_WEIGHT = 3


def false_non_matches(similarities, people):
    """At false match rates of 1e-2, 1e-3 and 1e-4, in per cent; every photo against every other."""
    same = people[:, None] == people[None]
    genuine = similarities[same & ~np.eye(len(people), dtype=bool)]
    impostors = np.sort(similarities[~same])[::-1]
    return {rate: round(float((genuine < impostors[int(rate * len(impostors))]).mean()) * 100, 2) for rate in (1e-2, 1e-3, 1e-4)}


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "templates", "faces", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(given.seed)
    faces = Crops(given.faces)
    held = np.array([is_held_out(person) for person in faces.people])
    chosen_on = np.array([is_validation(person) for person in faces.people]) & ~held
    learnt, judged = np.where(~held & ~chosen_on)[0], np.where(chosen_on)[0]

    templates = read_templates(given.templates)
    drawn = np.random.default_rng(7)
    seen_often = [value for name, value in templates.items() if name not in VALIDATION]
    pictures, anchors = stacked(seen_often * 12 + [drawn_template(drawn) for _ in range(300)])
    judged_pictures, judged_anchors = stacked([templates[name] for name in VALIDATION if name in templates])

    teacher, student = FaceNetwork(given.teacher).eval().to(DEVICE), FaceNetwork(given.teacher).to(DEVICE)
    targets = torch.cat(
        [
            unit_vectors(teacher, aligned(faces.pixels(np.arange(start, min(start + 64, len(held))))), mirrored=True)
            for start in range(0, len(held), 64)
        ]
    )

    def masked(places, fixed=None):
        bare = faces.pixels(places)
        where = proper_anchors(faces.mesh[places])
        if fixed is not None:
            take = fixed % len(judged_pictures)
            return bare, wear(bare, where, judged_pictures[take], judged_anchors[take])
        take = rng.integers(0, len(pictures), len(places))
        return bare, wear(bare, loosened(where, rng, sagging=0.12), pictures[take], anchors[take])

    def moved(crops, spread, mirror):
        count = len(crops)
        normal = lambda size: torch.randn(count) * size * spread
        flips = torch.rand(count) < 0.5 if mirror else torch.zeros(count, dtype=torch.bool)
        return jittered(crops, normal(0.035), 1 + normal(0.035), normal(1.5), normal(1.5), flips)

    probes = torch.cat(
        [masked(judged[start : start + 64], torch.arange(start, min(start + 64, len(judged))))[1][0] for start in range(0, len(judged), 64)]
    )
    probes = moved(probes, 0.6, mirror=False)

    def report(tag):
        found = unit_vectors(student, probes, mirrored=True)
        print(tag, false_non_matches((targets[judged] @ found.T).numpy(), faces.people[judged]), flush=True)

    names, own = np.unique(faces.people[learnt], return_inverse=True)
    centres = torch.zeros(len(names), targets.shape[1]).index_add_(0, torch.tensor(own), targets[learnt])
    centres = nn.Parameter(F.normalize(centres).to(DEVICE))
    weights = student.weights_above(CUT)
    optimiser = torch.optim.Adam(
        [{"params": weights, "base": RATE}, {"params": [centres], "base": RATE / 2}], lr=RATE, betas=(0.9, 0.98)
    )
    # People with many photos are not drawn as often as their photos are many.
    share = 1 / np.sqrt(np.bincount(own)[own])
    share /= share.sum()
    print(f"{len(learnt)} photos of {len(names)} people; {len(judged)} photos to judge by")
    report("teacher")
    for step in range(given.steps):
        pace = min(1, step / 60) * (0.49 * (1 + np.cos(np.pi * step / given.steps)) + 0.02)
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * pace
        picked = np.sort(rng.choice(len(learnt), BATCH, p=share))
        bare, (worn, cover) = masked(learnt[picked])
        worn = torch.where((torch.rand(BATCH) < 0.1).view(-1, 1, 1, 1), bare, worn)
        target = targets[learnt[picked]].clone()
        others = torch.randperm(BATCH)[:BLENDED]
        part = torch.empty(BLENDED, 1, 1, 1).uniform_(0.35, 0.65)
        blend = part * bare[:BLENDED] + (1 - part) * bare[others]
        target[:BLENDED] = unit_vectors(teacher, aligned(blend))
        over = (cover[:BLENDED] > 0).float()
        worn = torch.cat([over * worn[:BLENDED] + (1 - over) * blend, worn[BLENDED:]])

        batch = moved(relit(worn, rng), 1.0, mirror=True).to(DEVICE).contiguous(memory_format=torch.channels_last)
        target = target.to(DEVICE)
        with torch.no_grad():
            below = student.below(batch, CUT)
        vectors = F.normalize(student.above(below, CUT))
        endpoint = (1 - (vectors * target).sum(1)).mean()
        label = torch.tensor(own[picked], device=DEVICE)
        similar = vectors @ F.normalize(centres).T
        similar = similar - torch.zeros_like(similar).scatter_(1, label.view(-1, 1), MARGIN)
        person = F.cross_entropy(similar[BLENDED:] * SCALE, label[BLENDED:])
        contrast = F.cross_entropy(vectors @ target.T * SCALE, torch.arange(BATCH, device=DEVICE))
        loss = ENDPOINT_WEIGHT * endpoint + 0.5 * person + 0.5 * contrast
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 5.0)
        optimiser.step()
        if step % 100 == 99:
            print(f"step {step + 1} of {given.steps}: {endpoint.item():.3f} {person.item():.3f} {contrast.item():.3f}", flush=True)
        if step % 400 == 399:
            report(f"step {step + 1}")
            student.write(given.out)
    report("end")
    student.write(given.out)


if __name__ == "__main__":
    main()
