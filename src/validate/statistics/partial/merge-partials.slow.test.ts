import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomStream } from "#kernel";
import {
  computeStatistics,
  decodePartial,
  encodePartial,
  finishStatistics,
  mergePartials,
  type NestedColumn,
  type NestedFrame,
  type PartialStatistics,
  partialStatistics,
} from "#validate";
import { selectNested } from "../nested/select-nested.ts";
import { sliceRows } from "../slices/slice-rows.ts";

const number = fc.oneof(
  fc.double(),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(0.1, 0.2, -0, 1e308, -1e308, 5e-324, 1e-200, 3e200, Number.NaN, Infinity, -Infinity),
);
const row = fc.record({
  x: fc.option(number),
  n: fc.option(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
  s: fc.option(fc.oneof(fc.constantFrom("a", "b", "é", "日本"), fc.string())),
  l: fc.option(fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }), { maxLength: 3 })),
  w: fc.oneof(fc.constantFrom(0, 0.1, 0.7, 1e-300, 1e300), fc.integer({ min: 0, max: 9 })),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

function frameOf(rows: readonly Row[]): NestedFrame {
  const numbers = (of: (row: Row) => number | null, type: "number" | "integer"): NestedColumn => ({
    type,
    values: Float64Array.from(rows, (one) => of(one) ?? 0),
    missing: Uint8Array.from(rows, (one) => Number(of(one) === null)),
  });
  const levels = [...new Set(rows.flatMap(({ s }) => (s === null || s === "" ? [] : [s.toWellFormed()])))];
  const lists = rows.map(({ l }) => l ?? []);
  const offsets = (lengths: number[]) => Int32Array.from([0, ...lengths.map((_, k) => sum(lengths.slice(0, k + 1)))]);
  return {
    rows: rows.length,
    columns: new Map<string, NestedColumn>([
      ["x", numbers(({ x }) => x, "number")],
      ["n", numbers(({ n }) => n, "integer")],
      [
        "s",
        { type: "string", levels, codes: Int32Array.from(rows, ({ s }) => levels.indexOf(s?.toWellFormed() ?? "")) },
      ],
      [
        "l",
        {
          type: "list",
          offsets: offsets(lists.map((one) => one.length)),
          missing: Uint8Array.from(rows, ({ l }) => Number(l === null)),
          values: {
            type: "list",
            offsets: offsets(lists.flat().map((one) => one.length)),
            values: { type: "integer", values: Float64Array.from(lists.flat(2)) },
          },
        },
      ],
      ["w", numbers(({ w }) => w, "number")],
    ]),
  };
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("merge(partial(a), partial(b)) is partial(a + b), byte for byte", () => {
  const parts = fc.tuple(fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }));

  test.each([
    [100_000, undefined],
    [100_000, "w"],
    [3, undefined],
    [3, "w"],
    [0, undefined],
  ])("limit %d, weight %s", (limit, weight) => {
    fc.assert(
      fc.property(parts, ([a, b]) => {
        const partial = (rows: readonly Row[]) =>
          partialStatistics(frameOf(rows), { limit, ...(weight !== undefined && { weight }) });
        const whole = encodePartial(partial([...a, ...b]));
        expect(encodePartial(mergePartials(partial(a), partial(b)))).toBe(whole);
        expect(encodePartial(mergePartials(partial(b), partial(a)))).toBe(whole);
        expect(encodePartial(decodePartial(whole))).toBe(whole);
        if (limit < 100 || weight !== undefined) return;
        const merged = finishStatistics(mergePartials(partial(a), partial(b)));
        expect(merged).toEqual(computeStatistics(frameOf([...a, ...b])));
      }),
      { numRuns: 25 },
    );
  });
});

test("slices of parts merge to the slices of the whole, crosses and lists among them", () => {
  const parts = fc.tuple(fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }));
  fc.assert(
    fc.property(parts, fc.constantFrom(["s"], ["n"], ["s", "n"]), fc.constantFrom(2, 1000), ([a, b], spec, limit) => {
      const slices = (rows: readonly Row[]) => {
        const frame = frameOf(rows);
        return sliceRows(frame, spec, 1000).map(({ name, rows: own }) => {
          return [name, partialStatistics(selectNested(frame, own), { limit, weight: "w" })] as const;
        });
      };
      const merged = new Map(slices(a));
      for (const [name, partial] of slices(b)) {
        const before = merged.get(name);
        merged.set(name, before === undefined ? partial : mergePartials(before, partial));
      }
      const encoded = (all: Iterable<readonly [string, PartialStatistics]>) =>
        [...all].map(([name, partial]) => [name, encodePartial(partial)]).sort();
      expect(encoded(merged)).toEqual(encoded(slices([...a, ...b])));
    }),
    { numRuns: 40 },
  );
});

/** Numbers of many magnitudes, or close together far from zero, more of them than there are buckets. */
function manyNumbers(seed: number, close: boolean): Float64Array {
  const random = randomStream(seed, "many numbers");
  return Float64Array.from({ length: 9000 }, () =>
    close ? -87.9 + random.uniform() / 2 : (random.uniform() - 0.5) * 10 ** (12 * random.uniform() - 6),
  );
}

const alone = (values: Float64Array): NestedFrame => ({
  rows: values.length,
  columns: new Map([["x", { type: "number", values }]]),
});

describe.each([
  ["of many magnitudes", false],
  ["close together", true],
])("more numbers %s than there are buckets", (_, close) => {
  test("fill the same buckets in whatever parts they come", () => {
    for (const seed of [1, 2, 3]) {
      const all = manyNumbers(seed, close);
      const whole = encodePartial(partialStatistics(alone(all), { limit: 50 }));
      for (const cuts of [[4500], [10, 8999], [1000, 2000, 3000, 8000]]) {
        const edges = [0, ...cuts, all.length];
        const parts = cuts.map((_, k) => alone(all.slice(edges[k], edges[k + 1])));
        const last = partialStatistics(alone(all.slice(edges.at(-2))), { limit: 50 });
        const merged = parts.reduceRight(
          (after, part) => mergePartials(partialStatistics(part, { limit: 50 }), after),
          last,
        );
        expect(encodePartial(merged)).toBe(whole);
      }
    }
  });

  test("have figures within the bounds that they state", () => {
    for (const seed of [4, 5, 6]) {
      const values = manyNumbers(seed, close);
      const exact = computeStatistics(alone(values)).columns[0]!;
      const near = finishStatistics(partialStatistics(alone(values), { limit: 50 })).columns[0]!;
      const { relativeError } = (near.precision as Record<string, { relativeError: number }>).median!;
      expect(relativeError).toBeLessThanOrEqual(close ? 2e-6 : 2 ** -10);
      for (const figure of ["mean", "std", "min", "max", "zeros"] as const) expect(near[figure]).toBe(exact[figure]);
      const sorted = values.toSorted();
      // A quantile lies between two neighbours; each is off by the bound at most.
      for (const [k, quantile] of near.quantiles!.entries()) {
        const place = ((sorted.length - 1) * k) / 10;
        const low = sorted[Math.floor(place)]!;
        const high = sorted[Math.ceil(place)]!;
        const slack = Math.max(Math.abs(low), Math.abs(high)) * relativeError;
        expect(quantile).toBeGreaterThanOrEqual(low - slack);
        expect(quantile).toBeLessThanOrEqual(high + slack);
      }
    }
  });
});

test("parts that do not belong together are refused with what differs", () => {
  const part = (columns: Record<string, NestedColumn>, limit = 10) =>
    partialStatistics({ rows: 1, columns: new Map(Object.entries(columns)) }, { limit });
  const one: NestedColumn = { type: "number", values: Float64Array.of(1) };
  const text: NestedColumn = { type: "string", levels: ["a"], codes: Int32Array.of(0) };
  expect(() => mergePartials(part({ a: one }), part({ b: one }))).toThrow(/only one part has the column "b"/);
  expect(() => mergePartials(part({ a: one }), part({ a: text }))).toThrow(/"a" is FLOAT in one part and STRING/);
  expect(() => mergePartials(part({ a: one }), part({ a: one }, 11))).toThrow(/counts 10 distinct values/);
  expect(() => decodePartial('{"format":"x"}')).toThrow(/format/);
});
