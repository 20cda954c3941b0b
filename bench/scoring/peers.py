"""Trains LightGBM models on rows of doubles, and times LightGBM, lleaves and tl2cgen on them when told to, one core each.

A line of JSON on standard input asks, a line of JSON on standard output answers:
  {"train": "rows.f64", "target": "target.f64", "width": 28, "trees": 100, "to": "model.txt", "onnx": "model.onnx"}
  {"engine": "lightgbm", "model": "model.txt", "rows": "rows.f64", "width": 28, "count": 100000}
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import lightgbm
import lleaves
import numpy
import tl2cgen
import treelite

prepared = {}


def rows_of(path, width, count=None):
    return numpy.memmap(path, dtype="<f8", mode="r").reshape(-1, width)[:count]


def train(ask):
    rows = numpy.array(rows_of(ask["train"], ask["width"]))
    options = {
        "objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "num_threads": 1, "verbose": -1,
        "deterministic": True, "seed": 1,
    }
    booster = lightgbm.train(
        options, lightgbm.Dataset(rows, numpy.fromfile(ask["target"], dtype="<f8")), num_boost_round=ask["trees"]
    )
    booster.save_model(ask["to"])
    if "onnx" in ask:
        import onnxmltools
        from onnxmltools.convert.common.data_types import FloatTensorType

        graph = onnxmltools.convert_lightgbm(
            booster, initial_types=[("x", FloatTensorType([None, ask["width"]]))], zipmap=False
        )
        with open(ask["onnx"], "wb") as file:
            file.write(graph.SerializeToString())
    return {"trees": booster.num_trees()}


def engine_of(engine, path):
    if (engine, path) not in prepared:
        if engine == "lightgbm":
            booster = lightgbm.Booster(model_file=path)
            prepared[engine, path] = lambda rows: booster.predict(rows, num_threads=1)
        elif engine == "lleaves":
            model = lleaves.Model(model_file=path)
            model.compile()
            prepared[engine, path] = lambda rows: model.predict(rows, n_jobs=1)
        else:
            library = path + ".so"
            tl2cgen.export_lib(
                treelite.frontend.load_lightgbm_model(path), toolchain="gcc", libpath=library,
                params={"parallel_comp": 8}, verbose=False,
            )
            predictor = tl2cgen.Predictor(library, nthread=1)
            prepared[engine, path] = lambda rows: predictor.predict(tl2cgen.DMatrix(rows, dtype="float64"))
    return prepared[engine, path]


def measure(ask):
    predict = engine_of(ask["engine"], ask["model"])
    rows = numpy.array(rows_of(ask["rows"], ask["width"], ask["count"]))
    if ask.get("single"):
        ones = [rows[k : k + 1].copy() for k in range(ask["count"])]
        began = time.perf_counter()
        for one in ones:
            predict(one)
        return {"seconds": time.perf_counter() - began}
    predict(rows[:1000])
    began = time.perf_counter()
    scores = predict(rows)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "scores": [float(score) for score in numpy.ravel(scores)[:1000]]}


def versions():
    return {
        "python": sys.version.split()[0], "lightgbm": lightgbm.__version__, "lleaves": version_of("lleaves"),
        "treelite": treelite.__version__, "tl2cgen": tl2cgen.__version__, "onnxmltools": version_of("onnxmltools"),
    }


def version_of(name):
    from importlib.metadata import version

    return version(name)


for line in sys.stdin:
    ask = json.loads(line)
    answer = versions() if "versions" in ask else train(ask) if "train" in ask else measure(ask)
    print(json.dumps(answer), flush=True)
