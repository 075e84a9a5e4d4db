"""The passive liveness network: a face with its surroundings, and the middle of it in the camera's own pixels."""
import torch
from torch import nn
from torch.nn import functional as F


def layer(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Branch(nn.Module):
    """Four halvings of the picture; beside it what is left of it when its own blur is taken away, where dots and moire are."""

    def __init__(self, widths):
        super().__init__()
        channels = [6, *widths]
        self.layers = nn.Sequential(*(layer(a, b) for a, b in zip(channels, channels[1:])))

    def forward(self, x):
        fine = (x - F.avg_pool2d(x, 5, stride=1, padding=2, count_include_pad=False)) * 4
        seen = self.layers(torch.cat([x - 0.5, fine], dim=1))
        return torch.cat([seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3))], dim=1)


class PassiveLiveness(nn.Module):
    """N x 2 x 96 x 96 x 3, RGB, 0 to 1; gives N log-odds of a live face."""

    def __init__(self):
        super().__init__()
        self.surroundings = Branch([16, 32, 48, 64])
        self.texture = Branch([20, 40, 56, 64])
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(256, 32), nn.ReLU(inplace=True), nn.Linear(32, 1))

    def forward(self, x):
        x = x.permute(0, 1, 4, 2, 3)
        return self.head(torch.cat([self.surroundings(x[:, 0]), self.texture(x[:, 1])], dim=1))[:, 0]


class OneFace(nn.Module):
    """What ships: both pictures of one face, 2 x 96 x 96 x 3, to one probability, 1 x 1."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, pictures):
        return torch.sigmoid(self.network(pictures[None])).reshape(1, 1)
