"""Reads written.onnx, a file of this package, with the ONNX project's own code, and writes its content to written.json.

    pip install onnx==1.23.2 numpy==2.4.6 && python read_back.py

onnx.checker must accept the model (with full_check, which includes shape inference).
"""

import json
import pathlib

import onnx
from onnx import numpy_helper

here = pathlib.Path(__file__).parent
model = onnx.load(here / "written.onnx")
onnx.checker.check_model(model, full_check=True)


def tensor(t):
    values = numpy_helper.to_array(t)
    data = {"texts": [str(v) for v in values]} if t.data_type == onnx.TensorProto.STRING else {"hex": values.tobytes().hex()}
    return {"dtype": str(values.dtype), "shape": list(values.shape), **data}


def attribute(a):
    value = onnx.helper.get_attribute_value(a)
    if a.type == onnx.AttributeProto.TENSOR:
        return tensor(value)
    if a.type == onnx.AttributeProto.GRAPH:
        return graph(value)
    plain = [v.decode() if isinstance(v, bytes) else v for v in (value if isinstance(value, list) else [value])]
    # Integers as text: JSON numbers are exact only up to 2^53.
    return [str(v) if isinstance(v, int) else repr(v) if isinstance(v, float) else v for v in plain]


def value_info(v):
    t = v.type.tensor_type
    dims = [d.dim_value if d.HasField("dim_value") else d.dim_param or None for d in t.shape.dim]
    return [v.name, onnx.TensorProto.DataType.Name(t.elem_type), dims]


def graph(g):
    return {
        "name": g.name,
        "doc": g.doc_string,
        "inputs": [value_info(v) for v in g.input],
        "outputs": [value_info(v) for v in g.output],
        "values": [value_info(v) for v in g.value_info],
        "initializers": {t.name: tensor(t) for t in g.initializer},
        "nodes": [
            [n.op_type, n.domain, n.name, n.doc_string, list(n.input), list(n.output), {a.name: attribute(a) for a in n.attribute}]
            for n in g.node
        ],
    }


content = {
    "ir": model.ir_version,
    "opsets": {o.domain: o.version for o in model.opset_import},
    "producer": [model.producer_name, model.producer_version, model.domain, str(model.model_version), model.doc_string],
    "metadata": {p.key: p.value for p in model.metadata_props},
    "graph": graph(model.graph),
}
(here / "written.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
