"""What the two small networks are built of."""
from torch import nn


def layer(channels, wider, stride):
    return nn.Sequential(nn.Conv2d(channels, wider, 3, stride, 1, bias=False), nn.BatchNorm2d(wider), nn.ReLU())


class PictureLast(nn.Module):
    """With the input that the pipeline has: 1 x side x side x 3."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, face):
        return self.inner(face.permute(0, 3, 1, 2))
