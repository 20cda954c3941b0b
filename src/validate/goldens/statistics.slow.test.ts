import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  computeStatistics,
  type NestedColumn,
  type NestedFrame,
  type StatisticsOptions,
  statisticsToJson,
} from "#validate";
import { nestValues } from "../statistics/nested/nest-frame.ts";
import { goldenCsv } from "./golden-csv.ts";
import { goldenJson, hasSharedGoldens, sharedGoldens, whySkipped } from "./shared-goldens.fixture.ts";

// The reference's own statistics. Counts, types, extremes, uniques and rankings must be equal; means to single precision, in
// which it reads; what it takes from a sketch of 1 % (medians, histograms) must lie within 1 % of the rows and two rows.
// biome-ignore lint/suspicious/noExplicitAny: messages of the reference.
type Message = any;

const csv = (path: string): NestedFrame => goldenCsv(new URL(path, sharedGoldens));
type Rows = Record<string, unknown[] | null>[];

/** Rows of lists, as the reference's runs in memory had them; a value a row that is always there is no list. */
function rowsFrame(rows: Rows, bytes: readonly string[] = [], floats: readonly string[] = []): NestedFrame {
  const names = Object.keys(rows[0]!);
  const columns = names.map((name): [string, NestedColumn] => {
    const lists = rows.map((row) => row[name] ?? null);
    if (bytes.includes(name))
      return [name, { type: "bytes", values: lists.map((list) => Buffer.from(String(list![0]), "base64")) }];
    const column = nestValues(lists);
    if (!floats.includes(name) || column.type !== "list" || column.values.type !== "integer") return [name, column];
    return [name, { ...column, values: { ...column.values, type: "number" } }];
  });
  return { rows: rows.length, columns: new Map(columns) };
}

function compare(frame: NestedFrame, golden: Message, options: StatisticsOptions = {}, fixed: readonly string[] = []) {
  const ours = statisticsToJson(computeStatistics(frame, options)) as Message;
  for (const [k, dataset] of golden.datasets.entries()) {
    const own = ours.datasets.find((one: Message) => (one.name ?? "") === (dataset.name ?? "")) ?? ours.datasets[k];
    expect(own.num_examples).toBe(dataset.num_examples);
    expect(own.features.map(pathOf).toSorted()).toEqual((dataset.features ?? []).map(pathOf).toSorted());
    for (const feature of dataset.features ?? []) {
      if (fixed.includes(pathOf(feature))) continue;
      const mine = own.features.find((one: Message) => pathOf(one) === pathOf(feature));
      const rows = dataset.name === undefined || dataset.name === "All Examples";
      const values = rows ? leafValues(frame.columns.get(pathOf(feature)) as NestedColumn | undefined) : undefined;
      compareFeature(mine, feature, `${dataset.name ?? ""} ${pathOf(feature)}`, values);
    }
  }
}

/** The finite numbers of a column, ascending. */
function leafValues(column: NestedColumn | undefined): Float64Array | undefined {
  let leaf = column;
  while (leaf?.type === "list") leaf = leaf.values;
  if (leaf?.type !== "integer" && leaf?.type !== "number") return undefined;
  const { values, missing } = leaf;
  return values.filter((value, row) => missing?.[row] !== 1 && Number.isFinite(value)).sort();
}

const pathOf = (feature: Message) => feature.path.step.join(".");
const near = (a = 0, b = 0) => a === b || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));

function compareFeature(ours: Message, golden: Message, where: string, values?: Float64Array) {
  // A column without a value is text to the reference.
  const stats = ["num_stats", "string_stats", "bytes_stats", "struct_stats"].find((one) => golden[one] !== undefined);
  if (stats !== undefined) {
    if (golden[stats].common_stats.num_non_missing !== undefined) expect(ours.type, where).toBe(golden.type);
    compareCommon((ours[stats] ?? ours.string_stats).common_stats, golden[stats].common_stats, where);
  }
  if (stats === "string_stats" || stats === "bytes_stats") compareText(ours[stats], golden[stats], where);
  if (stats === "num_stats" && ours.num_stats !== undefined) compareNumbers(ours[stats], golden[stats], where, values);
  const plain = (one: Message) =>
    (one.custom_stats ?? []).filter((custom: Message) => !custom.histogram && !custom.any);
  expect(plain(ours), where).toEqual(plain(golden));
}

const common = [
  "num_non_missing",
  "num_missing",
  "min_num_values",
  "max_num_values",
  "tot_num_values",
  "avg_num_values",
  "presence_and_valency_stats",
];

function compareCommon(ours: Message, golden: Message, where: string) {
  for (const field of common)
    if (field === "avg_num_values") expect(near(ours[field], golden[field]), where).toBe(true);
    else expect(ours[field], `${where} ${field}`).toEqual(golden[field]);
  const weighted = golden.weighted_common_stats;
  for (const field of Object.keys(weighted ?? {}))
    expect(near(ours.weighted_common_stats[field], weighted[field]), `${where} ${field}`).toBe(true);
}

function compareText(ours: Message, golden: Message, where: string) {
  for (const field of ["unique", "top_values", "invalid_utf8_count", "max_num_bytes_int", "min_num_bytes"])
    if (golden[field] !== undefined) expect(ours[field], `${where} ${field}`).toEqual(golden[field]);
  for (const field of ["avg_length", "avg_num_bytes"])
    expect(near(ours[field], golden[field]), `${where} ${field}`).toBe(true);
  // The reference ranks the first thousand.
  const ranks = (one: Message) => one.rank_histogram?.buckets.slice(0, 1000);
  expect(ranks(ours), where).toEqual(ranks(golden));
  const weighted = golden.weighted_string_stats;
  for (const [k, { value, frequency }] of (weighted?.top_values ?? []).entries()) {
    expect(ours.weighted_string_stats.top_values[k].value, where).toBe(value);
    expect(near(ours.weighted_string_stats.top_values[k].frequency, frequency), where).toBe(true);
  }
}

function compareNumbers(ours: Message, golden: Message, where: string, values?: Float64Array) {
  expect(ours.num_zeros, where).toBe(golden.num_zeros);
  for (const field of ["min", "max"])
    expect(near(Number(ours[field] ?? 0), Number(golden[field] ?? 0)), `${where} ${field}: ${ours[field]}`).toBe(true);
  // An infinity makes the reference's mean infinite; ours is of the finite values.
  for (const field of Number.isFinite(Number(golden.mean ?? 0)) ? ["mean", "std_dev"] : [])
    expect(near(Number(ours[field] ?? 0), Number(golden[field] ?? 0)), `${where} ${field}: ${ours[field]}`).toBe(true);
  compareHistograms(ours.histograms, golden.histograms, where, values);
  const weighted = golden.weighted_numeric_stats;
  if (weighted === undefined) return;
  for (const field of ["mean", "std_dev"])
    expect(near(ours.weighted_numeric_stats[field], weighted[field]), `${where} weighted ${field}`).toBe(true);
  compareHistograms(ours.weighted_numeric_stats.histograms, weighted.histograms, `${where} weighted`);
}

function compareHistograms(ours: Message[] = [], golden: Message[] = [], where: string, values?: Float64Array) {
  const equalWidth = (all: Message[]) => all.find(({ type }) => type === undefined);
  const mine = equalWidth(ours);
  const theirs = equalWidth(golden);
  expect(mine === undefined, where).toBe(theirs === undefined);
  if (theirs === undefined) return;
  expect(mine.num_nan, where).toBe(theirs.num_nan);
  const count = (buckets: Message[]) => buckets.reduce((sum, { sample_count = 0 }) => sum + sample_count, 0);
  expect(Math.abs(count(mine.buckets) - count(theirs.buckets)), where).toBeLessThan(0.02);
  const edges = (one: Message) => one.buckets.map(({ low_value, high_value }: Message) => [low_value, high_value]);
  for (const [k, [low, high]] of edges(theirs).entries()) {
    const [ownLow, ownHigh] = edges(mine)[k] ?? [];
    if (low === ownLow && high === ownHigh) continue;
    expect(near(low, ownLow) && near(high, ownHigh), `${where}: [${low}, ${high}] and [${ownLow}, ${ownHigh}]`).toBe(
      true,
    );
  }
  if (values === undefined) return;
  // What the reference has below an edge is what there is below it or on it, within 1 % of the rows and two rows.
  const slack = 0.01 * values.length + 2;
  const finite = theirs.buckets.filter((one: Message) => Number.isFinite(Number(one.high_value ?? 0)));
  for (const [k, { high_value: edge = 0 }] of finite.entries()) {
    const sketched = count(finite.slice(0, k + 1));
    const margin = 1e-6 * Math.max(1, Math.abs(edge));
    expect(sketched, where).toBeGreaterThanOrEqual(values.filter((x) => x < edge - margin).length - slack);
    expect(sketched, where).toBeLessThanOrEqual(values.filter((x) => x <= edge + margin).length + slack);
  }
}

describe.skipIf(!hasSharedGoldens)(`the reference's statistics${whySkipped}`, () => {
  test.each([
    ["joel", ["train", "eval"]],
    ["taxi", ["train", "eval", "serving"]],
    ["dataset_drift", ["train", "eval", "serving", "tiny", "huge"]],
    ["types_domains", ["eval"]],
    ["infer_rules", ["train"]],
  ] as const)("%s", (one, files) => {
    for (const file of files) compare(csv(`${one}/${file}.csv`), goldenJson(`${one}/stats.json`)[file]);
  });

  test("multivalent: lists, and lists of lists", () => {
    for (const file of ["train", "eval"])
      compare(rowsFrame(goldenJson(`multivalent/${file}.json`)), goldenJson("multivalent/stats.json")[file]);
  });

  test("sparse_weighted", () => {
    const rows = goldenJson("sparse_weighted/rows.json") as Rows;
    const linked: StatisticsOptions = {
      sparseFeatures: [{ name: "sp", index: ["idx", "idx2"], value: "val" }],
      weightedFeatures: [{ name: "wf", feature: "tok", weight: "w" }],
    };
    compare(rowsFrame(rows, [], ["w", "val"]), goldenJson("sparse_weighted/stats.json").bad, linked);
    compare(rowsFrame(rows.slice(0, 1), [], ["w", "val"]), goldenJson("sparse_weighted/stats.json").good, linked);
  });

  test("semantic: language, images, times; bytes", () => {
    const rows = goldenJson("semantic/rows.json") as Rows;
    const golden = goldenJson("semantic/stats.json");
    compare(rowsFrame(rows, ["img"]), golden.semantic, { semantic: true });
    compare(rowsFrame(rows, ["img"]), golden.plain);
    compare(
      rowsFrame(
        rows.map(({ img }) => ({ img: img! })),
        ["img"],
      ),
      golden.image_bytes,
      { bytes: ["img"] },
    );
  });

  test("extras: slices", () => {
    const golden = goldenJson("extras/stats.json");
    compare(csv("extras/train.csv"), golden.sliced_by_c, { slices: [["c"]] });
    compare(
      csv("extras/train.csv"),
      { datasets: [golden.sliced_c_a_x_label1.datasets[1]] },
      { slices: [["label", "c"]] },
    );
  });

  test("extras: weights", () => {
    const golden = goldenJson("extras/stats.json").weighted_by_w;
    const [dataset] = golden.datasets;
    // The weight itself is no column of ours; its statistics weighted by itself say nothing.
    const features = dataset.features.filter((feature: Message) => pathOf(feature) !== "w");
    compare(csv("extras/train.csv"), { datasets: [{ ...dataset, features }] }, { weight: "w" });
  });

  test("extras: covariance and correlation", () => {
    const [golden] = goldenJson("extras/stats.json").cross_features.datasets;
    const { cross = [] } = computeStatistics(csv("extras/train.csv"), { cross: true });
    expect(cross.length).toBe(golden.cross_features.length);
    for (const [k, one] of golden.cross_features.entries()) {
      expect([cross[k]!.x, cross[k]!.y, String(cross[k]!.count)]).toEqual([
        one.path_x.step[0],
        one.path_y.step[0],
        one.count,
      ]);
      expect(near(cross[k]!.covariance, one.num_cross_stats.covariance)).toBe(true);
      expect(near(cross[k]!.correlation, one.num_cross_stats.correlation)).toBe(true);
    }
  });

  test("extras: natural language", () => {
    const golden = goldenJson("extras/stats.json").nl.datasets[0].features[0].custom_stats[0].any;
    const three = goldenJson("extras/rows_nl.json") as string[][];
    const rows: Rows = Array.from({ length: 150 }, (_, k) => ({ tokens: three[k % 3]! }));
    const vocabulary = readFileSync(new URL("extras/vocab.txt", sharedGoldens), "utf8").trim().split("\n");
    const { columns } = computeStatistics(rowsFrame(rows), {
      language: { tokens: { vocabulary, tokens: ["the", "data"] } },
    });
    const { language } = columns[0]!;
    expect(language).toMatchObject({
      avgTokenLength: golden.avg_token_length,
      minSequenceLength: 6,
      maxSequenceLength: 9,
    });
    // The reference counts every text as covered; five words of the vocabulary are 350 of the 1,200 tokens.
    expect([golden.feature_coverage, language!.coverage]).toEqual([1, 350 / 1200]);
    expect(language!.tokens).toEqual(
      golden.token_statistics.map((one: Message) => ({
        token: one.string_token,
        count: one.frequency,
        sequencesShare: one.fraction_of_sequences,
        minPerSequence: one.per_sequence_min_frequency ?? 0,
        avgPerSequence: one.per_sequence_avg_frequency,
        maxPerSequence: one.per_sequence_max_frequency,
        positions: one.positions.buckets.map(
          ({ low_value: low = 0, high_value: high, sample_count: count }: Message) => ({
            low,
            high,
            count,
          }),
        ),
      })),
    );
  });
});
