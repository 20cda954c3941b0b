import type { Column, Frame } from "@millrace/program";
import { expect, test } from "vitest";
import { selectRows } from "#dataset";
import { computeStatistics, nameRows, schemaFromText, validateDataset } from "#validate";

const age: Column = { type: "integer", values: Float64Array.from({ length: 100 }, (_, k) => (k * 37) % 101) };
const codes = Int32Array.from({ length: 100 }, (_, k) => (k % 7) - 1);
const city: Column = { type: "string", levels: ["a", "b", "c", "d", "e", "f"], codes };
const frame: Frame = {
  rows: 100,
  columns: new Map<string, Column>([
    ["age", age],
    ["city", city],
  ]),
};
const schema = schemaFromText(`
  feature { name: "age" type: INT int_domain { min: 5 max: 90 } }
  feature { name: "city" type: BYTES string_domain { value: "a" value: "b" value: "c" value: "d" value: "e" } presence { min_fraction: 1 } }
  feature { name: "gone" type: INT presence { min_count: 1 } }
`);

test.each([1, 7, 64, 100])("parts of %i rows name the rows that the whole names", async (size) => {
  const statistics = computeStatistics(frame);
  const { anomalies } = validateDataset(statistics, schema);
  const named = await nameRows(anomalies, schema, async (work) => {
    for (let from = 0; from < frame.rows; from += size) {
      const length = Math.min(size, frame.rows - from);
      work(
        selectRows(
          frame,
          Uint32Array.from({ length }, (_, k) => from + k),
        ),
        from,
      );
    }
  });
  const whole = validateDataset(statistics, schema, { frame }).anomalies;
  expect(named.length).toBe(5);
  expect(named).toEqual(whole);
});
