"""Runs the official onnx.checker over every .onnx file of a folder.

    python3 check.py FOLDER

Each model goes through check_model(full_check=True) and through strict shape inference with type checks; the inferred
shapes of the outputs must equal the stated ones. Prints one JSON object: the version of onnx, the number of models, and a
list of [file, complaint]. Needs only onnx, version 1.12 (Debian 12's python3-onnx) or later.
"""

import json
import pathlib
import sys

import onnx
from onnx import checker, shape_inference


def dimensions(value):
    shape = value.type.tensor_type.shape
    return [d.dim_value if d.HasField("dim_value") else d.dim_param for d in shape.dim]


def complaint(path):
    try:
        model = onnx.load(str(path))
        checker.check_model(model, full_check=True)
        bare = onnx.ModelProto()
        bare.CopyFrom(model)
        stated = {o.name: dimensions(o) for o in model.graph.output}
        for output in bare.graph.output:
            output.type.tensor_type.ClearField("shape")
        inferred = shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True)
        for output in inferred.graph.output:
            found = dimensions(output)
            expected = stated[output.name]
            known = all(isinstance(d, int) and d > 0 for d in found + expected)
            if known and len(found) == len(expected) and found != expected:
                return f"output {output.name} is stated as {expected} but inferred as {found}"
    except Exception as error:  # any error is a complaint about the model
        return f"{type(error).__name__}: {error}"
    return None


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
    found = [[path.name, complaint(path)] for path in files]
    print(json.dumps({
        "onnx": onnx.__version__,
        "models": len(files),
        "complaints": [pair for pair in found if pair[1] is not None],
    }))


if __name__ == "__main__":
    main()
