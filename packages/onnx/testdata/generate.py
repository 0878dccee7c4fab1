"""Makes the models and reference values beside this file. For developers; the tests read the committed files.

    pip install onnx==1.23.2 numpy==2.4.6 ml_dtypes==0.6.0 && python generate.py

kitchen-sink.onnx   all messages and fields of onnx-ml.proto that a model can have, and an unknown field
tensors.onnx        each element type in its typed field and as raw_data
tensors.json        the little-endian bytes that onnx.numpy_helper reads from each of them (hex)
control-flow.onnx   a valid model with If in Loop, for the structural check (onnx.checker, full_check)
float16.json        float32 bits, and the float16 bits to which numpy rounds them
"""

import json
import pathlib

import ml_dtypes  # noqa: F401  (registers the small types with numpy)
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

here = pathlib.Path(__file__).parent


def entry(key, value):
    return onnx.StringStringEntryProto(key=key, value=value)


def tensors():
    """Returns one tensor of each element type, in typed and in raw form, and the expected bytes."""
    rng = np.random.default_rng(7)
    forms, expected = [], {}
    names = [n for n in TensorProto.DataType.keys() if n not in ("UNDEFINED", "STRING")]
    for name in names:
        code = TensorProto.DataType.Value(name)
        bits = {"COMPLEX128": 128, "COMPLEX64": 64, "INT64": 64, "UINT64": 64, "DOUBLE": 64}.get(name)
        if bits is None:
            bits = next((b for b in (2, 4, 6) if f"INT{b}" in name or f"FLOAT{b}E" in name), None)
        if bits is None:
            bits = 8 if "8" in name or name == "BOOL" else 16 if "16" in name else 32
        n = 5
        raw = rng.integers(0, 256, -(-n * bits // 8), dtype=np.uint8)
        if bits < 8:  # unused bits of the last byte are zero
            raw[-1] &= (1 << ((n * bits - 1) % 8 + 1)) - 1
        if name == "BOOL":
            raw = np.array([1, 0, 0, 1, 1], np.uint8)
        raw = raw.tobytes()
        typed = TensorProto(name=f"{name}_typed", data_type=code, dims=[n])
        if name in ("FLOAT", "COMPLEX64"):
            floats = np.array([1.5, -0.0, np.nan, np.inf, -np.inf, 1e-45, 3.4e38, -1, 2, 0.1], np.float32)
            floats = floats[: n * bits // 32]
            typed.float_data.extend(floats.tolist())
            raw = floats.tobytes()
        elif name in ("DOUBLE", "COMPLEX128"):
            doubles = np.array([1.5, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1.7e308, -1, 2, 0.1])[: n * bits // 64]
            typed.double_data.extend(doubles.tolist())
            raw = doubles.tobytes()
        elif name == "INT64":
            ints = np.array([0, -1, 2**63 - 1, -(2**63), 2**53 + 1], np.int64)
            typed.int64_data.extend(ints.tolist())
            raw = ints.tobytes()
        elif name == "UINT64":
            ints = np.array([0, 1, 2**64 - 1, 2**63, 2**53 + 1], np.uint64)
            typed.uint64_data.extend(ints.tolist())
            raw = ints.tobytes()
        elif name == "UINT32":
            typed.uint64_data.extend(np.frombuffer(raw, np.uint32).tolist())
        elif bits == 6:
            stream = int.from_bytes(raw, "little")
            typed.int32_data.extend((stream >> (6 * i)) & 63 for i in range(n))
        else:
            width = {8: np.uint8, 16: np.uint16, 32: np.int32}[max(bits, 8)]
            if name in ("INT8", "INT16"):
                width = {8: np.int8, 16: np.int16}[bits]
            typed.int32_data.extend(np.frombuffer(raw, width).tolist())
        forms += [typed, TensorProto(name=f"{name}_raw", data_type=code, dims=[n], raw_data=raw)]
        for form in forms[-2:]:
            read = numpy_helper.from_array(numpy_helper.to_array(form)).raw_data
            expected[form.name] = read.hex()
    forms.append(TensorProto(name="scalar", data_type=TensorProto.FLOAT, float_data=[2.5]))
    forms.append(TensorProto(name="empty", data_type=TensorProto.FLOAT, dims=[2, 0, 3]))
    expected["scalar"], expected["empty"] = np.float32(2.5).tobytes().hex(), ""
    graph = helper.make_graph([], "tensors", [], [], initializer=forms)
    return helper.make_model(graph, ir_version=11, opset_imports=[helper.make_opsetid("", 21)]), expected


def kitchen_sink():
    f = TensorProto.FLOAT
    scalar = numpy_helper.from_array(np.array(1.5, np.float32), "a scalar")
    scalar.doc_string = "documented"
    scalar.metadata_props.append(entry("origin", "here"))
    sparse = helper.make_sparse_tensor(
        numpy_helper.from_array(np.array([3.0, 4.0], np.float32), "sparse values"),
        numpy_helper.from_array(np.array([1, 7], np.int64), "sparse indices"),
        [2, 5],
    )
    inner = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["inner out"])], "inner", [], [helper.make_tensor_value_info("inner out", f, None)]
    )
    inner.doc_string = "a subgraph"
    node = helper.make_node("Everything", ["x", "", "ключ"], ["y", "", "図"], "node 名前", domain="test.domain", overload="two")
    node.doc_string = "Документ 文書 🎲"
    node.metadata_props.extend([entry("k", "v"), entry("k", "again"), entry("__proto__", "polluted?")])
    types = helper.make_sequence_type_proto(helper.make_tensor_type_proto(f, ["n", 3]))
    for name, value, kind in [
        ("int", -7, None), ("big", -(2**63), None), ("bigger", 2**63 - 1, None), ("zero", 0, None),
        ("float", float("nan"), None), ("inf", float("-inf"), None), ("string", "naïve 🎲", None),
        ("bytes", b"\xff\xfe", None), ("tensor", scalar, None), ("graph", inner, None),
        ("ints", [1, -1, 2**53 + 1], None), ("floats", [0.5, float("inf"), -0.0], None), ("strings", ["a", "", "ü"], None),
        ("mixed", [b"ok", b"\xc3"], None), ("tensors", [scalar, scalar], None), ("graphs", [inner, inner], None),
        ("sparse", sparse, None), ("sparses", [sparse], None), ("type", types, None), ("types", [types], None),
        ("none", [], onnx.AttributeProto.INTS), ("empty text", "", None),
    ]:
        node.attribute.append(helper.make_attribute(name, value, attr_type=kind))
    documented = helper.make_attribute("documented", 3)
    documented.doc_string = "an attribute with documentation"
    node.attribute.append(documented)
    node.attribute.append(onnx.AttributeProto(name="17", type=onnx.AttributeProto.INT))  # i absent: 0
    node.device_configurations.append(
        onnx.NodeDeviceConfigurationProto(
            configuration_id="pair", pipeline_stage=1,
            sharding_spec=[onnx.ShardingSpecProto(
                tensor_name="x", device=[0, -1],
                index_to_device_group_map=[onnx.IntIntListEntryProto(key=-1, value=[0, 1])],
                sharded_dim=[onnx.ShardedDimProto(axis=0, simple_sharding=[onnx.SimpleShardedDimProto(dim_param="n", num_shards=2)])],
            )],
        )
    )

    image = helper.make_tensor_value_info("x", f, ["n", 3, None, 28], doc_string="a picture", shape_denotation=["DATA_BATCH", "DATA_CHANNEL", "", ""])
    image.type.denotation = "IMAGE"
    image.metadata_props.append(entry("range", "-1..1"))
    odd_types = [
        onnx.ValueInfoProto(name="sequence", type=types),
        onnx.ValueInfoProto(name="optional", type=helper.make_optional_type_proto(types)),
        onnx.ValueInfoProto(name="map", type=helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(f, []))),
        onnx.ValueInfoProto(name="sparse", type=helper.make_sparse_tensor_type_proto(f, [4, 4])),
        onnx.ValueInfoProto(name="opaque", type=onnx.TypeProto(opaque_type=onnx.TypeProto.Opaque(domain="d", name="o"))),
        onnx.ValueInfoProto(name="no rank", type=helper.make_tensor_type_proto(f, None)),
        onnx.ValueInfoProto(name="rank 0", type=helper.make_tensor_type_proto(f, [])),
        onnx.ValueInfoProto(name="future", type=onnx.TypeProto(tensor_type=onnx.TypeProto.Tensor(elem_type=99))),
        onnx.ValueInfoProto(name="zero", type=helper.make_tensor_type_proto(f, [0, "zero"])),
        onnx.ValueInfoProto(name="untyped"),
    ]
    external = TensorProto(name="outside", data_type=f, dims=[4], data_location=TensorProto.EXTERNAL)
    external.external_data.extend([entry("location", "weights.bin"), entry("offset", "4096"), entry("length", "16"), entry("checksum", "00")])
    segment = TensorProto(name="segment", data_type=f, dims=[1], raw_data=bytes(4), segment=TensorProto.Segment(begin=0, end=1))
    graph = helper.make_graph(
        [node], "g", [image, *odd_types], [helper.make_tensor_value_info("y", f, None)],
        initializer=[
            scalar, external, segment,
            helper.make_tensor("words", TensorProto.STRING, [3], [b"one", "дво".encode(), b"\xff"]),
            TensorProto(name="unknown type", data_type=99, dims=[2], raw_data=b"??"),
            numpy_helper.from_array(np.zeros((0, 3), np.int64), "empty"),
        ],
        doc_string="the graph", value_info=[helper.make_tensor_value_info("図", f, ["n", "2*n + 1"])], sparse_initializer=[sparse],
    )
    graph.metadata_props.append(entry("graph", "meta"))
    graph.quantization_annotation.append(onnx.TensorAnnotation(tensor_name="x", quant_parameter_tensor_names=[entry("SCALE_TENSOR", "a scalar")]))

    function_node = helper.make_node("Scale", ["a"], ["b"])
    function_node.attribute.append(onnx.AttributeProto(name="by", ref_attr_name="factor", type=onnx.AttributeProto.FLOAT))
    function = helper.make_function(
        "test.domain", "Twice", ["a"], ["b"], [function_node], [helper.make_opsetid("", 21)], ["factor"],
        attribute_protos=[helper.make_attribute("with default", 2)], doc_string="f", overload="o",
        value_info=[helper.make_tensor_value_info("a", f, [1])],
    )
    model = helper.make_model(
        graph, ir_version=13, producer_name="generate.py", producer_version="1", domain="org.example", model_version=-3,
        doc_string="a model", functions=[function],
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("test.domain", 1), helper.make_opsetid("", 20)],
    )
    helper.set_model_props(model, {"isonoise.schedule": "{}", "ünïcode": "🎲", "empty": ""})
    model.training_info.append(helper.make_training_info(inner, [("w", "w0")], inner, [("w2", "w3")]))
    model.configuration.append(onnx.DeviceConfigurationProto(name="pair", num_devices=2, device=["cpu:0", "cpu:1"]))
    # Field 999, length-delimited, which is not in onnx.proto.
    return model.SerializeToString() + bytes([0xBA, 0x3E, 3]) + b"new"


def control_flow():
    f, i64, boolean = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    branch = lambda op, name: helper.make_graph(  # noqa: E731
        [helper.make_node(op, ["state in", "w"], [name])], op, [], [helper.make_tensor_value_info(name, f, ["n"])]
    )
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go in"], ["go out"]),
            helper.make_node("If", ["flag"], ["state out"], "choose", then_branch=branch("Add", "sum"), else_branch=branch("Mul", "product")),
        ],
        "body",
        [helper.make_tensor_value_info("i", i64, []), helper.make_tensor_value_info("go in", boolean, []), helper.make_tensor_value_info("state in", f, ["n"])],
        [helper.make_tensor_value_info("go out", boolean, []), helper.make_tensor_value_info("state out", f, ["n"])],
    )
    graph = helper.make_graph(
        [helper.make_node("Loop", ["trips", "", "x"], ["y"], "repeat", body=body)],
        "main",
        [helper.make_tensor_value_info("x", f, ["n"]), helper.make_tensor_value_info("flag", boolean, [])],
        [helper.make_tensor_value_info("y", f, ["n"])],
        initializer=[numpy_helper.from_array(np.array(3, np.int64), "trips"), numpy_helper.from_array(np.array([2], np.float32), "w")],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model, full_check=True)
    return model


def float16():
    rng = np.random.default_rng(11)
    bits = rng.integers(0, 2**32, 300, dtype=np.uint32)
    near = (rng.normal(size=300) * 10.0 ** rng.integers(-9, 6, 300)).astype(np.float32).view(np.uint32)
    ties = (np.arange(0, 0x7C00, 97, dtype=np.uint16).view(np.float16).astype(np.float32).view(np.uint32) + 0x1000).astype(np.uint32)
    values = np.concatenate([bits, near, ties])
    values = values[~np.isnan(values.view(np.float32))]
    with np.errstate(over="ignore"):
        halves = values.view(np.float32).astype(np.float16).view(np.uint16)
    return {"float32": values.tolist(), "float16": halves.tolist()}


if __name__ == "__main__":
    model, expected = tensors()
    (here / "tensors.onnx").write_bytes(model.SerializeToString())
    (here / "tensors.json").write_text(json.dumps(expected, indent=1) + "\n")
    (here / "kitchen-sink.onnx").write_bytes(kitchen_sink())
    (here / "control-flow.onnx").write_bytes(control_flow().SerializeToString())
    (here / "float16.json").write_text(json.dumps(float16()) + "\n")
