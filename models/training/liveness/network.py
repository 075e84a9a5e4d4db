"""The passive liveness network: a face with its surroundings, and the middle of it in the camera's own pixels."""
import torch
from torch import nn


def branch(widths, first_kernel):
    """Four halvings of a picture, then the mean and the strongest of each channel."""
    layers, inputs = [], 3
    for index, outputs in enumerate(widths):
        kernel = first_kernel if index == 0 else 3
        layers += [
            nn.Conv2d(inputs, outputs, kernel, stride=2, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
        inputs = outputs
    return nn.Sequential(*layers)


def pooled(seen):
    return torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1)


class PassiveLiveness(nn.Module):
    """N x 2 x 96 x 96 x 3, RGB, 0 to 1; gives N log-odds of a live face."""

    def __init__(self):
        super().__init__()
        self.surroundings = branch([16, 24, 40, 56], first_kernel=3)
        # Dots and moire are finer than anything else: wide filters on the camera's own pixels.
        self.texture = branch([20, 32, 48, 56], first_kernel=5)
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(224, 32), nn.ReLU(inplace=True), nn.Linear(32, 1))

    def forward(self, x):
        x = x.permute(0, 1, 4, 2, 3) * 4 - 2
        seen = [pooled(self.surroundings(x[:, 0])), pooled(self.texture(x[:, 1]))]
        return self.head(torch.cat(seen, dim=1))[:, 0]


class OneFace(nn.Module):
    """What ships: both pictures of one face, 2 x 96 x 96 x 3, to one probability, 1 x 1."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, pictures):
        return torch.sigmoid(self.network(pictures[None])).reshape(1, 1)
