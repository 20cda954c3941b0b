/**
 * Validation of single rows in process: 20 columns (text with a domain of 50, whole numbers and floats with ranges),
 * rows that keep to the schema and rows that don't.
 */
import { exampleValidator, schemaFromText } from "#validate";

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
for (const good of [true, false]) {
  const rows = Array.from({ length: 1000 }, (_, n) => row(good, n));
  let found = 0;
  const times: number[] = [];
  for (let round = 0; round < 60; round++) {
    const start = process.hrtime.bigint();
    for (const one of rows) found += check(one).length;
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  const sorted = times.slice(10).sort((a, b) => a - b);
  console.log(
    JSON.stringify({
      rows: good ? "good" : "with three mistakes",
      microsPerRow: Number(sorted[25]!.toFixed(2)),
      best: Number(sorted[0]!.toFixed(2)),
      anomaliesPerRow: found / 60_000,
    }),
  );
}
