import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  anomaliesToProto,
  anomalyTypes,
  type Schema,
  schemaFromText,
  type ValidationOptions,
  validateDataset,
} from "#validate";
import type { DatasetStatistics } from "../statistics/model.ts";
import { tfdvStatistics } from "./tfdv-statistics.ts";

const folder = new URL("./tfdv/", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, folder), "utf8");
const json = (path: string) => JSON.parse(text(path));
const schemaOf = (path: string) => schemaFromText(text(path));
const statisticsOf = (folder: string, name: string) => tfdvStatistics(json(`${folder}/columns.golden.json`)[name]);

const validate = (statistics: DatasetStatistics, schema: Schema, options: ValidationOptions = {}) => {
  const { anomalies, driftSkew } = validateDataset(statistics, schema, { ...options, compat: "tfdv" });
  return anomaliesToProto(anomalies, driftSkew);
};

/** Figures within 1e-9, everything else to the letter; an empty text stands for one that is left out. */
function expectGolden(found: unknown, golden: unknown): void {
  const rounded = (value: unknown): unknown => {
    if (typeof value === "number") return Number(value.toPrecision(9));
    if (Array.isArray(value)) return value.map(rounded);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
  };
  expect(rounded(found)).toEqual(rounded(golden));
}

const control = (folder: string, name: string) => ({ statistics: statisticsOf(folder, name) });
const withMass = (schema: Schema, mass: number): Schema => ({
  ...schema,
  feature: schema.feature!.map((one) =>
    one.name === "name" ? { ...one, distributionConstraints: { minDomainMass: mass } } : one,
  ),
});
const change = (schema: Schema, name: string, edit: object, ...without: string[]): Schema => ({
  ...schema,
  feature: schema.feature!.map((one) =>
    one.name === name
      ? { ...Object.fromEntries(Object.entries(one).filter(([key]) => !without.includes(key))), ...edit }
      : one,
  ),
});

/** Case → (statistics, schema, options), as its run.py has it. */
const cases: Record<string, Record<string, () => [string, Schema, ValidationOptions?]>> = {
  joel: {
    eval: () => ["eval", schemaOf("joel/schema.pbtxt")],
    train: () => ["train", schemaOf("joel/schema.pbtxt")],
    ...Object.fromEntries(
      [0.7, 0.75, 0.8].map((mass) => [
        `eval_min_domain_mass_${mass}`,
        () => ["eval", withMass(schemaOf("joel/schema.pbtxt"), mass)] as [string, Schema],
      ]),
    ),
  },
  taxi: {
    eval_vs_inferred: () => ["eval", schemaOf("taxi/schema.pbtxt")],
    serving_vs_inferred: () => ["serving", schemaOf("taxi/schema.pbtxt")],
    train_vs_inferred: () => ["train", schemaOf("taxi/schema.pbtxt")],
    eval_vs_fixed: () => ["eval", schemaOf("taxi/schema_fixed.pbtxt")],
    serving_vs_fixed_env_SERVING: () => ["serving", schemaOf("taxi/schema_fixed.pbtxt"), { environment: "SERVING" }],
    serving_vs_fixed_env_TRAINING: () => ["serving", schemaOf("taxi/schema_fixed.pbtxt"), { environment: "TRAINING" }],
    train_vs_fixed_env_SERVING: () => ["train", schemaOf("taxi/schema_fixed.pbtxt"), { environment: "SERVING" }],
    "train_vs_skew_schema(previous=eval,serving=serving)": () => [
      "train",
      schemaOf("taxi/schema_skew.pbtxt"),
      { previous: control("taxi", "eval"), serving: control("taxi", "serving") },
    ],
  },
  types_domains: {
    eval: () => ["eval", schemaOf("types_domains/schema.pbtxt")],
    mem: () => ["mem", schemaOf("types_domains/schema_mem.pbtxt")],
  },
  multivalent: {
    eval_vs_shape: () => ["eval", schemaOf("multivalent/schema.pbtxt")],
    eval_vs_valuecount: () => ["eval", schemaOf("multivalent/schema_noshape.pbtxt")],
    train_vs_flat_value_count_on_nested: () => [
      "train",
      change(schemaOf("multivalent/schema_noshape.pbtxt"), "nested", { valueCount: { min: 1 } }, "valueCounts"),
    ],
    train_vs_nested_value_counts_on_flat_and_shape2: () => {
      const ranges = {
        valueCounts: {
          valueCount: [
            { min: 1, max: 1 },
            { min: 1, max: 1 },
          ],
        },
      };
      const schema = change(schemaOf("multivalent/schema_noshape.pbtxt"), "fixed2", ranges, "valueCount");
      return ["train", change(schema, "scores", { shape: { dim: [{ size: 2 }] } }, "valueCount")];
    },
  },
  sparse_weighted: {
    bad: () => ["bad", schemaOf("sparse_weighted/schema.pbtxt")],
    good: () => ["good", schemaOf("sparse_weighted/schema.pbtxt")],
    ...Object.fromEntries(
      [
        ["sparse", "sp"],
        ["weighted", "wf"],
      ].map(([kind, name]) => [
        `${kind}_name_collision`,
        () => {
          const schema = schemaOf("sparse_weighted/schema.pbtxt");
          return ["good", { ...schema, feature: [...schema.feature!, { name: name!, type: "INT" }] }] as [
            string,
            Schema,
          ];
        },
      ]),
    ),
  },
  semantic: {
    semantic_vs_plain_schema: () => ["semantic", schemaOf("semantic/schema_plain.pbtxt")],
    nl_without_stats: () => ["nl_without_stats", schemaOf("semantic/schema_constraints.pbtxt")],
    image_bytes: () => ["image_bytes", schemaOf("semantic/schema_image_bytes.pbtxt")],
    constraints: () => ["nl", schemaOf("semantic/schema_constraints.pbtxt")],
  },
  extras: { nl: () => ["nl", schemaOf("extras/schema.pbtxt")] },
  dataset_drift: {
    "train(prev=eval,serving,version=eval)": () => [
      "train",
      schemaOf("dataset_drift/schema.pbtxt"),
      {
        previous: control("dataset_drift", "eval"),
        serving: control("dataset_drift", "serving"),
        previousVersion: control("dataset_drift", "eval"),
      },
    ],
    "tiny(prev=train)": () => [
      "tiny",
      schemaOf("dataset_drift/schema.pbtxt"),
      { previous: control("dataset_drift", "train") },
    ],
    huge: () => ["huge", schemaOf("dataset_drift/schema.pbtxt")],
    "huge_without_min_examples_count (max not checked: upstream quirk)": () => ["huge", withoutMinimum()],
    "tiny(version=train)": () => ["tiny", withoutMinimum(), { previousVersion: control("dataset_drift", "train") }],
    train_no_controls: () => ["train", schemaOf("dataset_drift/schema.pbtxt")],
  },
};

function withoutMinimum(): Schema {
  const schema = schemaOf("dataset_drift/schema.pbtxt");
  const { minExamplesCount: _, ...rest } = schema.datasetConstraints!;
  return { ...schema, datasetConstraints: rest };
}

describe.each(Object.keys(cases))("%s", (folder) => {
  const goldens = json(`${folder}/anomalies.golden.json`);

  test("every golden of the case is here", () => {
    expect(Object.keys(cases[folder]!).sort()).toEqual(Object.keys(goldens).sort());
  });

  test.each(Object.keys(cases[folder]!))("%s", (name) => {
    const [statistics, schema, options] = cases[folder]![name]!();
    expectGolden(validate(statisticsOf(folder, statistics), schema, options), goldens[name]);
  });
});

test("infer_rules: new columns, and a categorical number out of range", () => {
  const { new_columns } = json("infer_rules/anomalies.golden.json");
  const schema: Schema = { feature: [{ name: "int1", type: "INT" }] };
  const { anomaly_info } = validate(statisticsOf("infer_rules", "train"), schema) as { anomaly_info: object };
  const listed = Object.entries(anomaly_info).filter(([name]) => name in new_columns);
  expect(Object.fromEntries(listed)).toEqual(new_columns);
  const features = json("infer_rules/columns_categorical_int.golden.json");
  const statistics = tfdvStatistics({ datasets: [{ num_examples: "450", features }] });
  const categorical: Schema = {
    feature: [{ name: "int012", type: "INT", intDomain: { isCategorical: true, min: 0, max: 1 } }],
  };
  const found = validate(statistics, categorical) as { anomaly_info: { int012: object } };
  expect({ int012: found.anomaly_info.int012 }).toEqual(json("infer_rules/anomalies_categorical_int.golden.json"));
});

// biome-ignore lint/suspicious/noExplicitAny: JSON of the reference.
type Json = any;

describe("proto_units", () => {
  const goldens: Json[] = json("proto_units/anomalies.golden.json");
  const texts = (counts: Record<string, number>, rows?: number, missing = 0): DatasetStatistics => {
    const present = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const rankedValues = Object.entries(counts).map(([value, count]) => ({ value, count }));
    const column = { name: "x", type: "STRING", present, missing, minValues: 0, maxValues: 0, rankedValues } as const;
    return { rows: rows ?? present, columns: [{ ...column, unique: rankedValues.length }] };
  };
  const a = 'feature { name: "x" type: BYTES string_domain { value: "a" } }';
  const presence = (text: string) => `feature { name: "x" type: BYTES presence { ${text} } }`;
  const others: Record<string, () => [DatasetStatistics, string, ValidationOptions?]> = {
    empty_dataset: () => [{ rows: 0, columns: [] }, a],
    severity_override_WARNING: () => [
      texts({ b: 1 }),
      a,
      { severities: { ENUM_TYPE_UNEXPECTED_STRING_VALUES: "WARNING" } },
    ],
    new_features_are_warnings: () => {
      const { rows, columns } = texts({ b: 1 });
      const schema = 'feature { name: "x" type: BYTES }';
      return [
        { rows, columns: [{ ...columns[0]!, name: "new" }] },
        schema,
        { severities: { SCHEMA_NEW_COLUMN: "WARNING" } },
      ];
    },
    int_domain_string_large_100: () => [
      texts({ "5": 1, "100": 1 }),
      'feature { name: "x" type: BYTES int_domain { min: 0 max: 10 } }',
    ],
    low_frac: () => [texts({ a: 90 }, 100, 10), presence("min_fraction: 0.95")],
    low_frac_one: () => [texts({ a: 90 }, 100, 10), presence("min_fraction: 1.0")],
    low_count: () => [texts({ a: 90 }, 100, 10), presence("min_count: 500")],
    one_missing_in_1e8: () => [texts({ a: 99_999_999 }, 100_000_000, 1), presence("min_fraction: 1.0")],
  };

  test.each(goldens.map((one): [string, Json] => [one.name, one]))("%s", (name, golden) => {
    const environment = /^env_([xy])_present_env_(.*)$/.exec(name);
    const [statistics, schema, options] =
      environment !== null
        ? [
            renamed(texts({ a: 1 }), environment[1]!),
            golden.schema,
            environment[2] === "None" ? {} : { environment: environment[2]! },
          ]
        : golden.stats === undefined
          ? others[name]!()
          : [tfdvStatistics(golden.stats), golden.schema];
    expectGolden(validate(statistics, schemaFromText(schema), options), golden.anomalies);
  });

  const renamed = ({ rows, columns }: DatasetStatistics, name: string): DatasetStatistics => ({
    rows,
    columns: [{ ...columns[0]!, name }],
  });

  const distances: Json[] = json("proto_units/drift.golden.json");
  test.each(distances.map((one): [string, Json] => [one.name, one]))("%s", (name, golden) => {
    const all = "infinity_norm { threshold: 0 } normalized_abs_difference { threshold: 0 }";
    const source = name.startsWith("js_quant") ? "source { type: QUANTILES }" : "";
    const js = `jensen_shannon_divergence { threshold: 0 ${source} }`;
    const [type, comparator] = name.startsWith("js") ? ["FLOAT", js] : ["BYTES", `${js} ${all}`];
    const schema = schemaFromText(`feature { name: "x" type: ${type} drift_comparator { ${comparator} } }`);
    const previous = { statistics: tfdvStatistics(golden.previous) };
    const found = validate(tfdvStatistics(golden.current), schema, { previous });
    if (golden.result !== undefined) return expectGolden(found, golden.result);
    expectGolden(found.drift_skew_info ?? null, golden.drift_skew_info);
    if ("anomaly" in golden) expectGolden(found.anomaly_info ?? null, golden.anomaly);
  });
});

test("each of the sixty types that the reference emits stands in a recorded run of it, with its texts", () => {
  const seen = new Set<string>();
  const gather = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const { type, short_description } = value as { type?: unknown; short_description?: unknown };
    if (typeof type === "string" && typeof short_description === "string" && short_description !== "") seen.add(type);
    for (const inner of Object.values(value)) gather(inner);
  };
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    for (const file of readdirSync(new URL(`${name}/`, folder)).filter((one) =>
      /^anomalies.*\.golden\.json$/.test(one),
    ))
      gather(json(`${name}/${file}`));
  expect([...seen].sort()).toEqual(anomalyTypes.filter((type) => type !== "DATA_MISSING").toSorted());
  expect(seen.size).toBe(60);
});

test("docs/reference/anomalies.md lists every type", () => {
  const page = readFileSync(new URL("../../../docs/reference/anomalies.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/`([A-Z][A-Z0-9_]{8,})`/g)].map((match) => match[1]!);
  expect([...new Set(listed)].sort()).toEqual([...anomalyTypes].sort());
});
