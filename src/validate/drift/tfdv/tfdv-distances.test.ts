import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { histogramDivergence, type TfdvHistogram } from "./histogram-distance.ts";
import { infinityNorm, normalizedAbsoluteDifference, type ValueCounts, valueDivergence } from "./value-distances.ts";

// Measurements of tensorflow-data-validation 1.16.1 on the histograms of its own statistics.
const folder = new URL("../../goldens/tfdv/", import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, folder), "utf8"));

interface Side {
  readonly histograms: Readonly<Record<string, TfdvHistogram>>;
  readonly ranked: ValueCounts;
}
interface Measured {
  readonly type: string;
  readonly value?: number;
}
interface Info {
  readonly path: { readonly step: readonly [string] };
  readonly drift_measurements?: readonly Measured[];
  readonly skew_measurements?: readonly Measured[];
}
interface Histogram {
  readonly type?: string;
  readonly num_nan?: string;
  readonly buckets?: readonly { low_value?: number | string; high_value?: number | string; sample_count?: number }[];
}

function sideOf(histograms: readonly Histogram[], ranked: readonly (readonly [string, number])[]): Side {
  return {
    ranked: new Map(ranked),
    histograms: Object.fromEntries(
      histograms.map(({ type, num_nan, buckets }) => [
        type ?? "STANDARD",
        {
          nans: Number(num_nan ?? 0),
          buckets: (buckets ?? []).map(({ low_value, high_value, sample_count }) => ({
            low: Number(low_value ?? 0),
            high: Number(high_value ?? 0),
            count: sample_count ?? 0,
          })),
        },
      ]),
    ),
  };
}

function measure(type: string, a: Side, b: Side, source: string): number | null {
  if (type === "L_INFTY") return infinityNorm(a.ranked, b.ranked).distance;
  if (type === "NORMALIZED_ABSOLUTE_DIFFERENCE") return normalizedAbsoluteDifference(a.ranked, b.ranked).distance;
  if (a.ranked.size > 0 && b.ranked.size > 0) return valueDivergence(a.ranked, b.ranked);
  const [p, q] = [a.histograms[source], b.histograms[source]];
  return p === undefined || q === undefined ? null : histogramDivergence(p, q);
}

function expectMeasured(all: readonly Measured[], a: Side, b: Side, source: (type: string) => string): number {
  for (const { type, value } of all) {
    const found = measure(type, a, b, source(type));
    expect(Math.abs(found! - (value ?? 0)), `${type}: ${found} against ${value}`).toBeLessThanOrEqual(1e-12);
  }
  return all.length;
}

describe("hand-made histograms", () => {
  const cases = json("proto_units/drift.golden.json") as {
    name: string;
    current: unknown;
    previous: unknown;
    drift_skew_info?: Info[] | null;
  }[];
  // biome-ignore lint/suspicious/noExplicitAny: the message's own shape
  const sideIn = (message: any): Side => {
    const [feature] = message.datasets[0].features;
    const ranks = feature.string_stats?.rank_histogram?.buckets ?? [];
    return sideOf(
      feature.num_stats?.histograms ?? [],
      ranks.map((one: { label?: string; sample_count: number }) => [one.label ?? "", one.sample_count]),
    );
  };
  test.each(cases.map((one) => [one.name, one] as const))("%s", (name, { current, previous, drift_skew_info }) => {
    const [a, b] = [sideIn(current), sideIn(previous)];
    const source = name.startsWith("js_quant") ? "QUANTILES" : "STANDARD";
    if (drift_skew_info == null) expect(measure("JENSEN_SHANNON_DIVERGENCE", a, b, source)).toBeNull();
    else expect(expectMeasured(drift_skew_info[0]!.drift_measurements!, a, b, () => source)).toBeGreaterThan(0);
  });

  test("of equal distances the last value is named", () => {
    const tie = infinityNorm(new Map(Object.entries({ a: 6, b: 4 })), new Map(Object.entries({ a: 4, b: 6 })));
    expect(tie.value).toBe("b");
  });
});

describe("statistics of files", () => {
  type Files = Record<string, Record<string, { histograms?: Histogram[]; ranked?: [string, number][] }>>;
  const read = (path: string) => {
    const files = json(path) as Files;
    return (file: string, column: string) => {
      const found = files[file]?.[column];
      return sideOf(found?.histograms ?? [], found?.ranked ?? []);
    };
  };

  test.each([
    ["drift", "STANDARD"],
    ["drift_quantiles", "QUANTILES"],
  ])("taxi: %s", (file, source) => {
    const side = read("taxi/histograms.golden.json");
    const infos = json(`taxi/${file}.golden.json`).drift_skew_info as Info[];
    let measured = 0;
    for (const { path, drift_measurements = [], skew_measurements = [] } of infos) {
      const column = path.step[0];
      const train = side("train", column);
      measured += expectMeasured(drift_measurements, train, side("eval", column), () => source);
      measured += expectMeasured(skew_measurements, train, side("serving", column), () => source);
    }
    expect(measured).toBeGreaterThan(30);
  });

  test("dataset_drift", () => {
    const side = read("dataset_drift/histograms.golden.json");
    const runs = json("dataset_drift/drift.golden.json") as Record<string, Info[]>;
    for (const { path, drift_measurements = [] } of runs["tiny(prev=train)"]!)
      expectMeasured(drift_measurements, side("tiny", path.step[0]), side("train", path.step[0]), () => "STANDARD");
    for (const { path, drift_measurements = [], skew_measurements = [] } of runs[
      "train(prev=eval,serving,version=eval)"
    ]!) {
      const train = side("train", path.step[0]);
      expectMeasured(drift_measurements, train, side("eval", path.step[0]), () => "STANDARD");
      expectMeasured(skew_measurements, train, side("serving", path.step[0]), () => "QUANTILES");
    }
  });
});

describe("properties", () => {
  const histogram = fc.record({
    nans: fc.nat(20),
    buckets: fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 8 }).chain((edges) =>
      fc.array(fc.nat(100), { minLength: edges.length - 1, maxLength: edges.length - 1 }).map((counts) => {
        const sorted = edges.toSorted((x, y) => x - y);
        return counts.map((count, i) => ({ low: sorted[i]!, high: sorted[i + 1]!, count }));
      }),
    ),
  });

  test("the divergence is symmetric and lies in 0 … 1; without NaN it is 0 of a histogram and itself", () => {
    fc.assert(
      fc.property(histogram, histogram, (a, b) => {
        const there = histogramDivergence(a, b);
        const back = histogramDivergence(b, a);
        if (there === null) return back === null;
        const own = histogramDivergence({ ...a, nans: 0 }, { ...a, nans: 0 });
        return Math.abs(there - back!) < 1e-12 && there >= 0 && there <= 1 && (own === null || own < 1e-15);
      }),
    );
  });
});
