"""Calls a Python function as a Millrace trainer: call_function.py FILE.py NAME.

The function gets (train, validation, task): two data frames (validation may be None) and what task.json says. It gives a
LightGBM or XGBoost model, a scikit-learn estimator (written by skl2onnx), or the bytes or path of a model file."""
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path


def main() -> None:
    folder = Path(os.environ["MILLRACE_TRAIN"])
    file, name = sys.argv[1], sys.argv[2]
    spec = importlib.util.spec_from_file_location("trainer", file)
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(Path(file).resolve().parent))
    spec.loader.exec_module(module)
    import pandas

    task = json.loads((folder / "task.json").read_text())
    train = pandas.read_parquet(folder / "train.parquet")
    judged = folder / "validation.parquet"
    model = getattr(module, name)(train, pandas.read_parquet(judged) if judged.exists() else None, task)
    save(model, folder, len(task["features"]))


def save(model, folder: Path, width: int) -> None:
    kind = type(model).__module__.split(".")[0]
    if isinstance(model, bytes):
        (folder / "model.onnx").write_bytes(model)
    elif isinstance(model, (str, os.PathLike)):
        shutil.copyfile(model, folder / f"model{Path(model).suffix}")
    elif kind == "lightgbm":
        getattr(model, "booster_", model).save_model(str(folder / "model.txt"))
    elif kind == "xgboost":
        (model.get_booster() if hasattr(model, "get_booster") else model).save_model(str(folder / "model.json"))
    elif kind == "sklearn":
        from skl2onnx import to_onnx
        from skl2onnx.common.data_types import DoubleTensorType

        options = {} if not hasattr(model, "predict_proba") else {id(model): {"zipmap": False}}
        made = to_onnx(model, initial_types=[("features", DoubleTensorType([None, width]))], options=options)
        (folder / "model.onnx").write_bytes(made.SerializeToString())
    else:
        sys.exit(f"The function gave a {type(model).__name__}; it may give a LightGBM, XGBoost or scikit-learn model, bytes or a path.")


main()
