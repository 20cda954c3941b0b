import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  anomaliesToProto,
  inferSchema,
  type Schema,
  schemaFromText,
  schemaToText,
  updateSchema,
  validateDataset,
} from "#validate";
import { tfdvStatistics } from "./tfdv-statistics.ts";

const folder = new URL("./tfdv/", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, folder), "utf8");
const json = (path: string) => JSON.parse(text(path));
const statisticsOf = (folder: string, name: string) => tfdvStatistics(json(`${folder}/columns.golden.json`)[name]);
// biome-ignore lint/suspicious/noExplicitAny: JSON of the reference.
type Json = any;

describe("inference from the reference's statistics, to the byte", () => {
  test.each([
    ["joel", "train", "schema_inferred.pbtxt", {}],
    ["taxi", "train", "schema.pbtxt", {}],
    ["types_domains", "eval", "schema_inferred_eval.pbtxt", {}],
    ["types_domains", "mem", "schema_inferred_mem.pbtxt", {}],
    ["multivalent", "train", "schema.pbtxt", {}],
    ["multivalent", "train", "schema_noshape.pbtxt", { inferFeatureShape: false }],
    ["semantic", "semantic", "schema.pbtxt", {}],
    ["semantic", "plain", "schema_plain.pbtxt", {}],
    ["infer_rules", "train", "schema.pbtxt", {}],
    ["infer_rules", "train", "schema_max400.pbtxt", { maxStringDomainSize: 400 }],
  ] as const)("%s %s → %s", (folder, name, file, options) => {
    const schema = inferSchema(statisticsOf(folder, name), { ...options, compat: "tfdv" });
    expect(schemaToText(schema)).toBe(text(`${folder}/${file}`));
  });
});

describe("updates by the reference's statistics, to the byte", () => {
  const int1: Schema = { feature: [{ name: "int1", type: "INT" }] };
  const cases: [string, string, Schema, string][] = [
    ["joel", "eval", schemaFromText(text("joel/schema.pbtxt")), "schema_updated.pbtxt"],
    ["taxi", "eval", schemaFromText(text("taxi/schema.pbtxt")), "schema_updated_by_eval.pbtxt"],
    ["multivalent", "eval", schemaFromText(text("multivalent/schema_noshape.pbtxt")), "schema_updated.pbtxt"],
    ["types_domains", "mem", schemaFromText(text("types_domains/schema_mem.pbtxt")), "schema_updated.pbtxt"],
    ["infer_rules", "train", int1, "schema_update_from_empty.pbtxt"],
  ];
  test.each(cases)("%s %s", (folder, name, schema, file) => {
    const updated = updateSchema(schema, statisticsOf(folder, name), { compat: "tfdv" });
    expect(schemaToText(updated)).toBe(text(`${folder}/${file}`));
  });

  const edges: Json[] = json("edge_cases/updates.golden.json");
  test.each(edges.map((one): [string, Json] => [one.name, one]))("edge: %s", (_, { stats, schema, updated }) => {
    const found = updateSchema(schemaFromText(schema), tfdvStatistics(stats), { compat: "tfdv" });
    expect(schemaToText(found)).toBe(updated);
  });
});

describe("anomalies at the edges of the rules", () => {
  const edges: Json[] = json("edge_cases/anomalies.golden.json");
  test.each(edges.map((one): [string, Json] => [one.name, one]))("%s", (_, { stats, schema, anomalies }) => {
    const found = validateDataset(tfdvStatistics(stats), schemaFromText(schema), { compat: "tfdv" }).anomalies;
    const plain = (info: Json) =>
      Object.fromEntries(
        Object.entries(info ?? {}).map(([name, { reason }]: [string, Json]) => [
          name.replaceAll("'", ""),
          reason.map(({ type, short_description, description = "" }: Json) => [type, short_description, description]),
        ]),
      );
    expect(plain(anomaliesToProto(found).anomaly_info)).toEqual(plain(anomalies.anomaly_info));
  });
});

test("every golden schema goes through text and back", () => {
  for (const path of [
    "semantic/schema_constraints.pbtxt",
    "sparse_weighted/schema.pbtxt",
    "dataset_drift/schema.pbtxt",
    "multivalent/schema.pbtxt",
    "taxi/schema_skew.pbtxt",
  ])
    expect(schemaToText(schemaFromText(text(path)))).toBe(text(path));
});
