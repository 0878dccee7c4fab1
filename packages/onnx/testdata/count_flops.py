"""Counts the floating-point operations of a model for one image: python3 count_flops.py MODEL

The sizes come from onnx's own shape inference.
"""

import sys
from math import prod

import onnx
from onnx import shape_inference

model = onnx.load(sys.argv[1])
for value in model.graph.input:
    for dim in value.type.tensor_type.shape.dim:
        if dim.dim_param:
            dim.ClearField("dim_param")
            dim.dim_value = 1
for value in model.graph.output:
    value.type.tensor_type.ClearField("shape")
model = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
graph = model.graph
shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
for value in [*graph.input, *graph.output, *graph.value_info]:
    shapes[value.name] = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
flops = 0
for node in graph.node:
    if node.op_type == "Conv":
        flops += 2 * prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])
    elif node.op_type == "Gemm":
        trans = any(a.name == "transA" and a.i for a in node.attribute)
        flops += 2 * prod(shapes[node.output[0]]) * shapes[node.input[0]][0 if trans else 1]
    elif node.op_type == "MatMul":
        flops += 2 * prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
print(flops)
