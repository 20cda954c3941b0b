import { readFileSync } from "node:fs";
import type { Frame } from "@millrace/program";
import { describe, expect, test } from "vitest";
import {
  anomaliesToProto,
  computeStatistics,
  inferSchema,
  schemaFromText,
  schemaToText,
  validateStatistics,
} from "#validate";
import { goldenCsv, goldenFrame, textColumn } from "./golden-csv.ts";

const folder = new URL("./tfdv/", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, folder), "utf8");
const json = (path: string) => JSON.parse(text(path));
const csv = (path: string) => goldenCsv(new URL(path, folder));

const validate = (frame: Frame, schema: string) =>
  anomaliesToProto(validateStatistics(computeStatistics(frame), schemaFromText(schema), { compat: "tfdv" }));

describe("joel", () => {
  test("the schema is the reference's, to the byte", () => {
    const schema = inferSchema(computeStatistics(csv("joel/train.csv")));
    expect(schemaToText(schema)).toBe(text("joel/schema_inferred.pbtxt"));
  });

  test("Joel is unexpected, 100 and -3 are out of range, in the reference's words", () => {
    const golden = json("joel/anomalies.golden.json");
    expect(validate(csv("joel/eval.csv"), text("joel/schema.pbtxt"))).toEqual(golden.eval);
    expect(validate(csv("joel/train.csv"), text("joel/schema.pbtxt"))).toEqual(golden.train);
  });

  test.each([0.7, 0.75, 0.8])("min_domain_mass %d", (mass) => {
    const schema = text("joel/schema.pbtxt").replace(
      'domain: "name"',
      `domain: "name" distribution_constraints { min_domain_mass: ${mass} }`,
    );
    expect(validate(csv("joel/eval.csv"), schema)).toEqual(
      json("joel/anomalies.golden.json")[`eval_min_domain_mass_${mass}`],
    );
  });

  test("offending rows are named", () => {
    const frame = csv("joel/eval.csv");
    const anomalies = validateStatistics(computeStatistics(frame), schemaFromText(text("joel/schema.pbtxt")), {
      frame,
    });
    expect(anomalies.map(({ type, examples, offendingRows }) => [type, examples, offendingRows])).toEqual([
      ["ENUM_TYPE_UNEXPECTED_STRING_VALUES", [{ row: 2, value: "Joel" }], 1],
      ["INT_TYPE_SMALL_INT", [{ row: 3, value: -3 }], 1],
      ["INT_TYPE_BIG_INT", [{ row: 2, value: 100 }], 1],
    ]);
  });
});

describe("infer_rules", () => {
  test.each([
    ["schema.pbtxt", 100],
    ["schema_max400.pbtxt", 400],
  ])("%s", (file, maxStringDomainSize) => {
    const schema = inferSchema(computeStatistics(csv("infer_rules/train.csv")), {
      maxStringDomainSize,
      compat: "tfdv",
    });
    expect(schemaToText(schema)).toBe(text(`infer_rules/${file}`));
  });
});

describe("types_domains", () => {
  const memory = () => {
    const rows = json("types_domains/mem_rows.golden.json") as Record<string, [string]>[];
    const names = ["i_str_notint", "i_str_range", "f_str_notfloat", "f_str_range"];
    return {
      rows: rows.length,
      columns: new Map(names.map((name) => [name, textColumn(rows.map((row) => row[name]![0]))])),
    };
  };

  test("every anomaly of the CSV case", () => {
    const golden = json("types_domains/anomalies.golden.json").eval;
    expect(validate(csv("types_domains/eval.csv"), text("types_domains/schema.pbtxt"))).toEqual(golden);
  });

  test("numbers in text (the invalid UTF-8 of the case cannot enter a frame)", () => {
    const { utf8: _, ...golden } = json("types_domains/anomalies.golden.json").mem.anomaly_info;
    const schema = schemaFromText(text("types_domains/schema_mem.pbtxt"));
    const kept = schemaToText({ ...schema, feature: schema.feature!.filter(({ name }) => name !== "utf8") });
    expect(validate(memory(), kept).anomaly_info).toEqual(golden);
  });

  test("the schema of the CSV case", () => {
    const schema = inferSchema(computeStatistics(csv("types_domains/eval.csv")), { compat: "tfdv" });
    expect(schemaToText(schema)).toBe(text("types_domains/schema_inferred_eval.pbtxt"));
  });
});

test("every golden schema goes through text and back", () => {
  for (const path of ["joel/schema.pbtxt", "types_domains/schema.pbtxt", "infer_rules/schema.pbtxt"])
    expect(schemaToText(schemaFromText(text(path)))).toBe(text(path));
});

test("a golden frame keeps missing cells", () => {
  expect(computeStatistics(goldenFrame(["a"], [["1"], [""]])).columns[0]?.missing).toBe(1);
});
