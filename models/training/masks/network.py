"""The repaired mobilefacenet as a PyTorch module, read from its imported ONNX file and written back with other weights."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

from device import DEVICE


class _Prelu(torch.autograd.Function):
    """PReLU with fixed slopes: without their gradient it is several times faster on a processor."""

    @staticmethod
    def forward(ctx, seen, slope):
        ctx.save_for_backward(seen, slope)
        return torch.addcmul(seen, seen.clamp(max=0), slope.view(1, -1, 1, 1) - 1)

    @staticmethod
    def backward(ctx, gradient):
        seen, slope = ctx.saved_tensors
        slope = slope.view(1, -1, 1, 1)
        positive = torch.ops.aten.threshold_backward(gradient, seen, 0)
        return positive.mul_(1 - slope).addcmul_(gradient, slope), None


class FaceNetwork(nn.Module):
    def __init__(self, path):
        super().__init__()
        self._model = onnx.load(path)
        graph = self._model.graph
        constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.weights = nn.ParameterList()
        self._names = []
        self._steps = []
        for node in graph.node:
            if node.op_type == "Conv":
                given = {attribute.name: attribute for attribute in node.attribute}
                place = self._keep(constants, node.input[1], None)
                self._keep(constants, node.input[2], None)
                shape = (list(given["strides"].ints), list(given["pads"].ints), given["group"].i)
                self._steps.append(("conv", node.input[0], node.output[0], place, *shape))
            elif node.op_type == "PRelu":
                self._steps.append(("prelu", node.input[0], node.output[0], self._keep(constants, node.input[1], -1)))
            elif node.op_type == "Add":
                self._steps.append(("add", node.input[0], node.input[1], node.output[0]))
            elif node.op_type == "Transpose" and node.input[0] == graph.input[0].name:
                self._first = node.output[0]
            elif node.op_type == "Transpose":
                self._last = node.input[0]
                break

    def _keep(self, constants, name, shape):
        value = torch.tensor(constants[name])
        self.weights.append(nn.Parameter(value if shape is None else value.reshape(shape)))
        self._names.append(name)
        return len(self.weights) - 1

    def _run(self, seen, steps):
        for step in steps:
            if step[0] == "conv":
                _, source, target, place, strides, pads, groups = step
                picture, padding = seen[source], (pads[0], pads[1])
                if pads[0] != pads[2] or pads[1] != pads[3]:
                    picture, padding = F.pad(picture, (pads[1], pads[3], pads[0], pads[2])), (0, 0)
                weight, bias = self.weights[place], self.weights[place + 1]
                if picture.is_cuda:
                    seen[target] = F.conv2d(picture, weight, bias, strides, padding, (1, 1), groups)
                else:
                    # Named outright: on one thread PyTorch would take a slower way by itself.
                    seen[target] = torch.mkldnn_convolution(picture, weight, bias, padding, strides, (1, 1), groups)
            elif step[0] == "prelu":
                seen[step[2]] = _Prelu.apply(seen[step[1]], self.weights[step[3]].detach())
            else:
                seen[step[3]] = seen[step[1]] + seen[step[2]]
        return seen

    def below(self, batch, cut):
        """What the first `cut` steps make: only what the later ones read."""
        seen = self._run({self._first: batch}, self._steps[:cut])
        read = set()
        for step in self._steps[cut:]:
            read.update(step[1:3] if step[0] == "add" else step[1:2])
        return {name: value for name, value in seen.items() if name in read}

    def above(self, seen, cut):
        return self._run(dict(seen), self._steps[cut:])[self._last].flatten(1)

    def forward(self, batch):
        return self._run({self._first: batch}, self._steps)[self._last].flatten(1)

    def weights_above(self, cut):
        places = [step[3] for step in self._steps[cut:] if step[0] == "conv"]
        return [self.weights[place] for start in places for place in (start, start + 1)]

    def write(self, path):
        """The graph it was read from, with the present weights."""
        values = dict(zip(self._names, self.weights))
        for tensor in self._model.graph.initializer:
            if tensor.name in values:
                shape = numpy_helper.to_array(tensor).shape
                value = values[tensor.name].detach().cpu().numpy().reshape(shape)
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        with open(path, "wb") as file:
            file.write(self._model.SerializeToString())


def unit_vectors(network, batch, mirrored=False):
    """On the processor, of unit length; with `mirrored`, the mean of each face and its mirror image."""
    found = []
    with torch.no_grad():
        for start in range(0, len(batch), 64):
            part = batch[start : start + 64].to(DEVICE).contiguous(memory_format=torch.channels_last)
            vectors = F.normalize(network(part))
            found.append(F.normalize(vectors + F.normalize(network(part.flip(3)))) if mirrored else vectors)
    return torch.cat(found).cpu()
