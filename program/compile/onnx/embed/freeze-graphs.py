"""Writes graphs.golden.json: small ONNX graphs of several opsets, and what Python's onnxruntime says of a few rows.

uv run --with onnx==1.23.1 --with onnxruntime==1.30.0 python freeze-graphs.py > graphs.golden.json
"""
import base64
import json

import numpy as np
import onnxruntime
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

rng = np.random.default_rng(7)
ROWS = 6


def real(name, width, rows="n"):
    return h.make_tensor_value_info(name, T.FLOAT, [rows, width])


def constant(name, values, kind=np.int64):
    return numpy_helper.from_array(np.array(values, kind), name)


def weights(name, *shape):
    return numpy_helper.from_array(rng.normal(size=shape).astype(np.float32), name)


cases = []


def case(name, opset, nodes, inputs, constants=(), width=4, ml=None, feeds=None, rows="n", classes=0):
    graph = h.make_graph(nodes, "graph", inputs, [h.make_tensor_value_info("y", T.FLOAT, [rows, width])], list(constants))
    imports = [h.make_opsetid("", opset)] + ([h.make_opsetid("ai.onnx.ml", ml)] if ml else [])
    model = h.make_model(graph, opset_imports=imports, ir_version=8 if opset < 21 else 10)
    bytes_ = model.SerializeToString()
    session = onnxruntime.InferenceSession(bytes_, providers=["CPUExecutionProvider"])
    feeds = feeds or {i.name: rng.normal(size=(ROWS, i.type.tensor_type.shape.dim[1].dim_value)).astype(np.float32) for i in inputs}
    found = [session.run(["y"], {k: v[r : r + 1] for k, v in feeds.items()})[0].reshape(-1).tolist() for r in range(ROWS)]
    cases.append({
        "name": name,
        "opset": opset,
        "model": base64.b64encode(bytes_).decode(),
        "rows": [[v for k in feeds for v in feeds[k][r].tolist()] for r in range(ROWS)],
        "outputs": found,
    })


n = h.make_node
cube = [n("Reshape", ["x", "cube"], ["c"])]
shape = constant("cube", [-1, 2, 3])
for opset in (9, 12, 13, 26):
    for op in ("Softmax", "LogSoftmax", "Hardmax"):
        for axis in (None, 1, 2):
            keys = {} if axis is None else {"axis": axis}
            case(f"{op} {axis}", opset, cube + [n(op, ["c"], ["s"], **keys), n("Reshape", ["s", "flat"], ["y"])], [real("x", 6)],
                 [shape, constant("flat", [-1, 6])], width=6)
for opset in (11, 17, 18, 26):
    for op in ("L1", "L2", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"):
        isInput = opset >= (13 if op == "Sum" else 18)
        reduce = n(f"Reduce{op}", ["c", "axes"] if isInput else ["c"], ["y"], keepdims=0, **({} if isInput else {"axes": [2]}))
        case(f"Reduce{op}", opset, cube + [reduce], [real("x", 6)], [shape] + ([constant("axes", [2])] if isInput else []), width=2)
for opset in (9, 11, 13, 26):
    old = opset < 13
    tail = [] if old else ["axes"]
    key = {"axes": [1]} if old else {}
    case("Unsqueeze and Squeeze", opset, [n("Unsqueeze", ["x"] + tail, ["u"], **key), n("Squeeze", ["u"] + tail, ["s"], **key), n("Neg", ["s"], ["y"])],
         [real("x", 4)], [] if old else [constant("axes", [1])])
    case("Split by sizes", opset, [n("Split", ["x"] + ([] if old else ["sizes"]), ["a", "b"], axis=1, **({"split": [1, 3]} if old else {})), n("Concat", ["b", "a"], ["y"], axis=1)],
         [real("x", 4)], [] if old else [constant("sizes", [1, 3])])
for opset in (11, 13, 17, 18):
    case("Split in equal parts", opset, [n("Split", ["x"], ["a", "b"], axis=1, **({"num_outputs": 2} if opset >= 18 else {})), n("Concat", ["b", "a"], ["y"], axis=1)], [real("x", 4)])
case("Dropout", 10, [n("Dropout", ["x"], ["d"], ratio=0.5), n("Neg", ["d"], ["y"])], [real("x", 4)])
case("Scatter", 10, [n("Scatter", ["x", "at", "with"], ["y"], axis=1)], [real("x", 4, 1)], [constant("at", [[3, 0]]), constant("with", [[1, 2]], np.float32)], rows=1)
case("BatchNormalization", 9, [n("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], ["y"])], [real("x", 4)],
     [weights("scale", 4), weights("bias", 4), weights("mean", 4), constant("variance", [1, 2, 3, 4], np.float32)])

# names that the whole graph has itself
case("names", 17, [n("Neg", ["v0"], ["score"], name="v1"), n("Add", ["score", "c2"], ["y"], name="v2")], [real("v0", 4)], [weights("c2", 4)])


def branch(op):
    return h.make_graph([n(op, ["x"], ["inner"])], op, [], [h.make_tensor_value_info("inner", T.FLOAT, None)])


case("If", 17, [n("ReduceSum", ["x"], ["sum"], keepdims=0), n("Greater", ["sum", "zero"], ["test"]), n("If", ["test"], ["y"], then_branch=branch("Exp"), else_branch=branch("Neg"))],
     [real("x", 4, 1)], [constant("zero", 0, np.float32)], rows=1)
body = h.make_graph([n("Add", ["state", "x"], ["next"]), n("Identity", ["go"], ["again"])], "body",
                    [h.make_tensor_value_info("k", T.INT64, []), h.make_tensor_value_info("go", T.BOOL, []), h.make_tensor_value_info("state", T.FLOAT, None)],
                    [h.make_tensor_value_info("again", T.BOOL, []), h.make_tensor_value_info("next", T.FLOAT, None)])
case("Loop", 13, [n("Loop", ["count", "yes", "x"], ["y"], body=body)], [real("x", 4)], [constant("count", 3), constant("yes", True, np.bool_)])
case("one row, an unused output", 18, [n("MatMul", ["x", "w"], ["m"]), n("Relu", ["m"], ["y"]), n("Neg", ["m"], ["other"])], [real("x", 4, 1)], [weights("w", 4, 3)], width=3, rows=1)
case("two feeds, codes", 20, [n("Gather", ["table", "codes"], ["e"], axis=0), n("Reshape", ["e", "flat"], ["f"]), n("Concat", ["x", "f"], ["y"], axis=1)],
     [real("x", 2), h.make_tensor_value_info("codes", T.INT64, ["n", 2])], [weights("table", 5, 3), constant("flat", [-1, 6])], width=8,
     feeds={"x": rng.normal(size=(ROWS, 2)).astype(np.float32), "codes": rng.integers(0, 5, size=(ROWS, 2))})
case("bools and doubles", 21, [n("Where", ["b", "d", "no"], ["w"]), n("Cast", ["w"], ["y"], to=T.FLOAT)],
     [h.make_tensor_value_info("b", T.BOOL, ["n", 2]), h.make_tensor_value_info("d", T.DOUBLE, ["n", 2])], [constant("no", [-1.5], np.float64)], width=2,
     feeds={"b": rng.integers(0, 2, size=(ROWS, 2)).astype(np.bool_), "d": rng.normal(size=(ROWS, 2))})
trees = dict(n_targets=1, nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[1, 0, 0], nodes_values=[0.25, 0.0, 0.0],
             nodes_modes=["BRANCH_LEQ", "LEAF", "LEAF"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],
             target_treeids=[0, 0], target_nodeids=[1, 2], target_ids=[0, 0], target_weights=[1.5, -2.5])
case("trees of ai.onnx.ml 1", 15, [n("TreeEnsembleRegressor", ["x"], ["t"], domain="ai.onnx.ml", **trees), n("Softplus", ["t"], ["y"])], [real("x", 3)], width=1, ml=1)
for opset, op, keys, inputs in ((9, "Clip", {"min": 0.0}, ["x"]), (9, "Pad", {"pads": [0, 0, 0, 0]}, ["x"]), (9, "Slice", {"starts": [0], "ends": [4], "axes": [1]}, ["x"])):
    case(f"refused: {op}", opset, [n(op, inputs, ["y"], **keys)], [real("x", 4)])
print(json.dumps(cases))
