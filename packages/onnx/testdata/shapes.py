"""Makes shapes.json: the shapes that the ONNX project's own code infers for nodes, and the nodes that it rejects.

    pip install onnx==1.23.2 numpy==2.4.6 && python shapes.py

Each node is checked twice: by onnx.shape_inference (strict) and by running it in onnx.reference. It counts as rejected
if either of them fails, or if the computed shape differs from the inferred one. (Cases do not have negative pads, because
onnx.reference does not support them.)
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

here = pathlib.Path(__file__).parent
CODES = {"f": TensorProto.FLOAT, "i": TensorProto.INT64, "b": TensorProto.BOOL, "n": TensorProto.INT32}
TYPES = {"f": np.float32, "i": np.int64, "b": np.bool_, "n": np.int32}


def i(*values):
    return np.array(values, np.int64)


def f(*values):
    return np.array(values, np.float32)


# operator, inputs (a shape, a pair of type letter and shape, or a constant), attributes, number of outputs
CASES = [
    ("Add", [[2, 3], [2, 3]], {}),
    ("Add", [[2, 3], [3]], {}),
    ("Add", [[4, 1, 3], [5, 1]], {}),
    ("Add", [[2, 3], [2]], {}),
    ("Add", [[0, 3], [1, 3]], {}),
    ("Mul", [[2, 3], []], {}),
    ("Where", [("b", [2, 1]), [3], []], {}),
    ("Where", [("b", [2]), [3], []], {}),
    ("Sum", [[2, 1], [3], []], {}),
    ("Relu", [[2, 3]], {}),
    ("Cast", [[2, 3]], {"to": 7}),
    ("Clip", [[2, 3], f(0).reshape(()), f(1).reshape(())], {}),
    ("PRelu", [[2, 3], [3]], {}),
    ("PRelu", [[2, 1], [3]], {}),
    ("Softmax", [[2, 3]], {"axis": 1}),
    ("Softmax", [[2, 3]], {"axis": 2}),
    ("LogSoftmax", [[2, 3]], {"axis": -2}),
    ("CumSum", [[2, 3], i(1).reshape(())], {}),
    ("LayerNormalization", [[2, 3, 4], [4]], {"axis": -1}),
    ("LayerNormalization", [[2, 3, 4], [3, 4]], {"axis": 1}, 3),
    ("Concat", [[2, 3], [2, 5]], {"axis": 1}),
    ("Concat", [[2, 3], [2, 5]], {"axis": 0}),
    ("Concat", [[2, 3], [2, 0], [2, 1]], {"axis": -1}),
    ("Concat", [[2, 3], [2, 3, 1]], {"axis": 0}),
    ("Split", [[2, 6], i(1, 2, 3)], {"axis": 1}, 3),
    ("Split", [[2, 6], i(1, 2, 3)], {"axis": 1}, 2),
    ("Split", [[2, 6], i(1, 2)], {"axis": 1}, 2),
    ("Split", [[2, 6]], {"axis": -1}, 3),
    ("Split", [[2, 6], i(6, 0)], {"axis": 1}, 2),
    ("Slice", [[4, 5], i(1), i(3)], {}),
    ("Slice", [[2, 3], i(0, 1), i(2, 6)], {}),
    ("Slice", [[4, 5], i(-1), i(-(2**31)), i(1), i(-1)], {}),
    ("Slice", [[4, 5], i(4), i(0), i(1), i(-2)], {}),
    ("Slice", [[4, 5], i(3), i(1), i(0)], {}),
    ("Slice", [[4, 5], i(0), i(5), i(1), i(2)], {}),
    ("Slice", [[4, 5], i(0), i(1), i(2)], {}),
    ("Reshape", [[2, 6], i(3, 4)], {}),
    ("Reshape", [[2, 6], i(3, -1)], {}),
    ("Reshape", [[2, 6], i(0, 2, -1)], {}),
    ("Reshape", [[2, 6], i(5, 2)], {}),
    ("Reshape", [[2, 6], i(5, -1)], {}),
    ("Reshape", [[0, 6], i(0, 3)], {"allowzero": 1}),
    ("Reshape", [[2, 3], i(-1, -1)], {}),
    ("Reshape", [[1], i()], {}),
    ("Transpose", [[2, 3, 4]], {"perm": [2, 0, 1]}),
    ("Transpose", [[2, 3, 4]], {}),
    ("Transpose", [[2, 3, 4]], {"perm": [0, 1]}),
    ("Pad", [[2, 3], i(0, 1, 2, 3), f(0).reshape(())], {}),
    ("Pad", [[2, 3], i(0, 2, 0, 2)], {"mode": "reflect"}),
    ("Pad", [[2, 3], i(1, 1), f(0).reshape(())], {}),
    ("Tile", [[2, 3], i(2, 4)], {}),
    ("Tile", [[2, 3], i(2)], {}),
    ("Expand", [[3, 1], i(2, 1, 5)], {}),
    ("Expand", [[3, 4], i(2)], {}),
    ("Gather", [[3, 4], i(0, 2)], {"axis": 1}),
    ("Gather", [[3, 4], i(0, 1, 2, 0).reshape(2, 2)], {"axis": 0}),
    ("Gather", [[3, 4], i(3)], {"axis": 0}),
    ("Gather", [[3, 4], i(-3)], {"axis": 0}),
    ("Squeeze", [[1, 3, 1], i(0, -1)], {}),
    ("Squeeze", [[1, 3, 1], i(1)], {}),
    ("Squeeze", [[1, 3, 1]], {}),
    ("Unsqueeze", [[2, 3], i(0, -1)], {}),
    ("Unsqueeze", [[2, 3], i(4)], {}),
    ("Gemm", [[2, 3], [3, 4]], {}),
    ("Gemm", [[3, 2], [4, 3]], {"transA": 1, "transB": 1}),
    ("Gemm", [[2, 3], [3, 4], [4]], {}),
    ("Gemm", [[2, 3], [4, 5]], {}),
    ("Gemm", [[2, 3], [3, 4], [5]], {}),
    ("MatMul", [[2, 3], [3, 4]], {}),
    ("MatMul", [[5, 1, 2, 3], [6, 3, 4]], {}),
    ("MatMul", [[3], [3, 4]], {}),
    ("MatMul", [[2, 3], [3]], {}),
    ("MatMul", [[2, 3], [4, 5]], {}),
    ("MatMul", [[2, 2, 3], [3, 3, 4]], {}),
    ("ReduceSum", [[2, 3, 4], i(0, -1)], {"keepdims": 0}),
    ("ReduceSum", [[2, 3, 4], i(1)], {}),
    ("ReduceSum", [[2, 3, 4]], {"keepdims": 0}),
    ("ReduceMax", [[2, 3, 4]], {"axes": [1], "keepdims": 0}),
    ("ReduceMean", [[2, 3, 4]], {"axes": [-3]}),
    ("ReduceMin", [[2, 3, 4]], {"axes": [3]}),
    ("ArgMax", [[2, 3, 4]], {"axis": 1, "keepdims": 0}),
    ("ArgMin", [[2, 3, 4]], {"axis": -1}),
    ("Conv", [[2, 3, 7, 8], [4, 3, 3, 2]], {"pads": [1, 0, 1, 1], "strides": [2, 1]}),
    ("Conv", [[2, 3, 7, 8], [4, 3, 3, 2], [4]], {"dilations": [2, 3]}),
    ("Conv", [[2, 4, 5, 5], [6, 2, 1, 1]], {"group": 2}),
    ("Conv", [[2, 3, 7, 8], [4, 2, 3, 3]], {}),
    ("Conv", [[2, 3, 7, 8], [4, 3, 3, 3], [5]], {}),
    ("ConvTranspose", [[2, 3, 4, 5], [3, 2, 3, 3]], {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 0]}),
    ("ConvTranspose", [[2, 4, 4, 5], [4, 1, 2, 2]], {"group": 4}),
    ("ConvTranspose", [[2, 3, 4, 5], [2, 3, 3, 3]], {}),
    ("MaxPool", [[2, 3, 7, 8]], {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 0]}),
    ("MaxPool", [[2, 3, 7, 8]], {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}, 2),
    ("MaxPool", [[2, 3, 7, 8]], {"kernel_shape": [2]}),
    ("AveragePool", [[2, 3, 7, 8]], {"kernel_shape": [7, 8]}),
    ("GlobalAveragePool", [[2, 3, 7, 8]], {}),
    ("MaxUnpool", [[1, 1, 2, 2], ("i", [1, 1, 2, 2]), i(1, 1, 4, 4)], {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("Resize", [[1, 2, 3, 4], None, f(1, 1, 2, 2.5)], {"mode": "nearest"}),
    ("Resize", [[1, 2, 3, 4], None, None, i(1, 2, 5, 2)], {"mode": "linear"}),
]


def main():
    answers = []
    for op_type, given, attributes, *rest in CASES:
        count = rest[0] if rest else 1
        names, infos, feeds, constants, described = [], [], {}, [], []
        for place, one in enumerate(given):
            name = f"x{place}"
            if one is None:
                names.append("")
                described.append(None)
                continue
            names.append(name)
            if isinstance(one, np.ndarray):
                constants.append(numpy_helper.from_array(one, name))
                described.append({"shape": list(one.shape), "values": one.reshape(-1).tolist()})
                continue
            letter, shape = one if isinstance(one, tuple) else ("f", one)
            infos.append(helper.make_tensor_value_info(name, CODES[letter], shape))
            feeds[name] = np.zeros(shape, TYPES[letter])
            described.append({"shape": shape})
        outputs = [f"y{k}" for k in range(count)]
        node = helper.make_node(op_type, names, outputs, **attributes)
        infer = [helper.make_empty_tensor_value_info(name) for name in outputs]
        graph = helper.make_graph([node], "g", infos, infer, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        shapes = None
        try:
            inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
            stated = [
                [dim.dim_value if dim.HasField("dim_value") else None for dim in info.type.tensor_type.shape.dim]
                if info.type.tensor_type.HasField("shape")
                else None
                for info in inferred.graph.output
            ]
            run = [list(value.shape) for value in ReferenceEvaluator(model).run(None, feeds)]
            for one, other in zip(stated, run):
                assert one is None or len(one) == len(other), (op_type, given, stated, run)
                assert one is None or all(a is None or a == b for a, b in zip(one, other)), (op_type, stated, run)
            shapes = run
        except Exception as error:  # both raise errors of many types
            print(f"refused: {op_type} {given} {attributes}: {str(error).splitlines()[0][:100]}")
        answers.append(
            {"opType": op_type, "inputs": described, "attributes": attributes, "outputs": count, "shapes": shapes}
        )
    (here / "shapes.json").write_text(json.dumps({"onnx": onnx.__version__, "cases": answers}, indent=1) + "\n")


main()
