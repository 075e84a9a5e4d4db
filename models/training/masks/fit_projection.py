"""
Fits what lays templates and masked probes side by side: the differences between a person's own vectors (bare by the
teacher, masked by the student) are measured, and both are turned so that these differences count alike in every
direction (within-class covariance normalisation, Hatch and others 2006), each after its own mean was taken away.
Writes it into the student's ONNX file, for probes, and beside it as numbers, for templates. Seeded, one thread.
"""
import argparse

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

from crops import Crops, aligned, jittered
from device import DEVICE
from masks import drawn_template, proper_anchors, read_templates, stacked, wear
from network import FaceNetwork, unit_vectors
from people import is_held_out

# How much of the identity is mixed in: chosen among 0.1, 0.3, 0.5 and 0.8 on the people of is_validation.
SHRINKAGE = 0.8


def within(vectors, people):
    """Mean over people of the covariance of each one's vectors about their own mean."""
    counts = np.bincount(people)
    means = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(means, people, vectors)
    means /= counts[:, None]
    spread = (vectors - means[people]) / np.sqrt(counts)[people][:, None]
    return spread.T @ spread / len(counts)


def appended(path, mean, turn):
    """The student's graph with (x - mean) @ turn, of unit length, after its last node."""
    model = onnx.load(path)
    graph = model.graph
    last = next(node for node in graph.node if node.output[0] == graph.output[0].name)
    last.output[0] = "seen"
    graph.initializer.extend(
        [
            numpy_helper.from_array(mean.astype(np.float32).reshape(1, -1), "mean"),
            numpy_helper.from_array(turn.astype(np.float32), "turn"),
        ]
    )
    name = graph.output[0].name
    graph.node.extend(
        [
            helper.make_node("Sub", ["seen", "mean"], ["centred"]),
            helper.make_node("MatMul", ["centred", "turn"], ["turned"]),
            helper.make_node("LpNormalization", ["turned"], [name], axis=1, p=2),
        ]
    )
    assert graph.output[0].type.tensor_type.elem_type == TensorProto.FLOAT
    return model


def main():
    parser = argparse.ArgumentParser()
    for name in ("teacher", "student", "templates", "faces", "out", "projection"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(given.seed)
    faces = Crops(given.faces)
    places = np.where([not is_held_out(person) for person in faces.people])[0]
    teacher, student = FaceNetwork(given.teacher).eval().to(DEVICE), FaceNetwork(given.student).eval().to(DEVICE)
    drawn = [drawn_template(rng) for _ in range(40)]
    pictures, anchors = stacked(list(read_templates(given.templates).values()) + drawn)
    bare, masked = [], []
    for start in range(0, len(places), 64):
        some = places[start : start + 64]
        crops = faces.pixels(some)
        take = rng.integers(0, len(pictures), len(some))
        worn, _ = wear(crops, proper_anchors(faces.mesh[some]), pictures[take], anchors[take])
        count = len(some)
        normal = lambda size: torch.randn(count) * size
        still = torch.zeros(count, dtype=torch.bool)
        probe = jittered(worn, normal(0.02), 1 + normal(0.02), normal(1.0), normal(1.0), still)
        bare.append(unit_vectors(teacher, aligned(crops), mirrored=True))
        masked.append(unit_vectors(student, probe, mirrored=True))
    bare, masked = (torch.cat(part).numpy().astype(np.float64) for part in (bare, masked))
    people = np.unique(faces.people[places], return_inverse=True)[1]
    means = bare.mean(0), masked.mean(0)
    covariance = within(np.concatenate([bare - means[0], masked - means[1]]), np.concatenate([people, people]))
    size = len(covariance)
    mixed = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.trace(covariance) / size * np.eye(size)
    values, directions = np.linalg.eigh(mixed)
    turn = directions @ np.diag(values**-0.5) @ directions.T
    turn /= np.abs(turn).max()
    with open(given.out, "wb") as file:
        file.write(appended(given.student, means[1], turn).SerializeToString())
    # The mean, then the matrix row by row: float32, little-endian.
    np.concatenate([means[0], turn.reshape(-1)]).astype("<f4").tofile(given.projection)
    print(f"{len(places)} photos of {people.max() + 1} people")


if __name__ == "__main__":
    main()
