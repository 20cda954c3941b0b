import { expect, test } from "vitest";
import {
  computeStatistics,
  findQuarantine,
  markQuarantine,
  schemaFromText,
  unmarkQuarantine,
  validateStatistics,
} from "#validate";
import { goldenFrame } from "../../goldens/golden-csv.ts";

test("bad rows leave with their numbers and reasons, and come back without them", () => {
  const frame = goldenFrame(
    ["name", "age"],
    [
      ["Ann", "31"],
      ["Joel", "100"],
      ["Ann", ""],
      ["Ann", "44"],
    ],
  );
  const schema = schemaFromText(
    'feature { name: "name" type: BYTES string_domain { value: "Ann" } } feature { name: "age" type: INT int_domain { max: 90 } presence { min_fraction: 1 } }',
  );
  const anomalies = validateStatistics(computeStatistics(frame), schema, {
    severities: { INT_TYPE_BIG_INT: "WARNING" },
  });
  const found = findQuarantine(frame, schema, anomalies, [{ reason: "rule odd", rows: [1] }]);
  expect([...found.mask]).toEqual([0, 1, 1, 0]);
  expect(found.reasons).toEqual(
    new Map([
      [1, ["name ENUM_TYPE_UNEXPECTED_STRING_VALUES", "rule odd"]],
      [2, ["age FEATURE_TYPE_LOW_FRACTION_PRESENT"]],
    ]),
  );
  const bad = goldenFrame(
    ["name", "age"],
    [
      ["Joel", "100"],
      ["Ann", ""],
    ],
  );
  const marked = markQuarantine(bad, found);
  expect([...(marked.columns.get("quarantine_row") as { values: Float64Array }).values]).toEqual([2, 3]);
  expect(unmarkQuarantine(marked)).toEqual(bad);
});
