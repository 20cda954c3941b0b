import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Column, murmur3, operatorTable } from "../index.ts";
import { f64, numbers, run } from "../testing/run-operator.ts";
import { evaluateGraph } from "../write.ts";

const texts = (...values: (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
    levels,
  };
};
const times = (...values: string[]): Column => ({
  type: "timestamp",
  values: Float64Array.from(values, (value) => Date.parse(value) * 1000),
});

const inf = Number.POSITIVE_INFINITY;

describe("operators", () => {
  it("add, subtract, multiply and divide give missing for missing, NaN and x/0, and 0 for −0", () => {
    expect(run("add", [numbers(1, null, inf), numbers(2, 1, -inf)])).toEqual([3, null, null]);
    expect(run("subtract", [numbers(1, inf), numbers(2, inf)])).toEqual([-1, null]);
    expect(run("multiply", [numbers(-1, 0, inf), numbers(0, inf, 2)])).toEqual([0, null, inf]);
    expect(run("divide", [numbers(1, 0, 6, 1), numbers(0, 0, 4, inf)])).toEqual([null, null, 1.5, 0]);
  });

  it("impute and isMissing turn missing into a number", () => {
    expect(run("impute", [numbers(1, null)], { value: 7 })).toEqual([1, 7]);
    expect(run("isMissing", [numbers(1, null)])).toEqual([0, 1]);
    expect(run("isMissing", [texts("a", null)])).toEqual([0, 1]);
  });

  it("scale, clip, log, log1p and bin", () => {
    expect(run("scale", [numbers(5, null)], { offset: 1, scale: 2 })).toEqual([2, null]);
    expect(run("clip", [numbers(-9, 0, 9)], { low: -1, high: 1 })).toEqual([-1, 0, 1]);
    expect(run("clip", [numbers(-9, 9)], { low: null, high: 1 })).toEqual([-9, 1]);
    expect(run("log", [numbers(0, -1, 1, inf)])).toEqual([null, null, 0, inf]);
    expect(run("log1p", [numbers(-1, -2, 0)])).toEqual([null, null, 0]);
    expect(run("bin", [numbers(-5, 1, 1.5, 2, 3, inf)], { edges: { tensor: "e" } }, { e: f64(1, 2) })).toEqual([
      0, 0, 1, 1, 2, 2,
    ]);
  });

  it("ordinal, lookup, oneHot and hash follow their own flags for missing and unseen", () => {
    const column = texts("a", "b", "z", null, "__proto__");
    expect(run("ordinal", [column], { levels: ["b", "a"], unseen: 9, missing: null })).toEqual([1, 0, 9, null, 9]);
    const table = { levels: ["a", "b"], values: { tensor: "v" }, unseen: null, missing: -1 };
    expect(run("lookup", [column], table, { v: f64(0.5, 0.25) })).toEqual([0.5, 0.25, null, -1, null]);
    expect(run("oneHot", [texts("a", "z", null)], { levels: ["a"], other: true, missing: true })).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(run("oneHot", [texts("a", "z", null)], { levels: ["a"], other: false, missing: false })).toEqual([
      [1],
      [0],
      [0],
    ]);
    expect(run("hash", [texts("hello", null)], { buckets: 1000 })).toEqual([murmur3("hello") % 1000, null]);
  });

  it("boolText and toNumber read bools", () => {
    const column: Column = { type: "bool", values: Uint8Array.of(1, 0, 0), missing: Uint8Array.of(0, 0, 1) };
    expect(run("boolText", [column])).toEqual(["true", "false", null]);
    expect(run("toNumber", [column])).toEqual([1, 0, null]);
  });

  it("datePart and timeSince read UTC, or a fixed offset", () => {
    const column = times("2024-02-29T23:30:15Z", "1969-12-31T00:00:00Z", "1690-03-01T00:00:00Z");
    const part = (name: string, offsetMinutes = 0) => run("datePart", [column], { part: name, offsetMinutes });
    expect(part("year")).toEqual([2024, 1969, 1690]);
    expect(part("month")).toEqual([2, 12, 3]);
    expect(part("month", 60)).toEqual([3, 12, 3]);
    expect(part("quarter")).toEqual([1, 4, 1]);
    expect(part("dayOfMonth", 60)).toEqual([1, 31, 1]);
    expect(part("dayOfYear")).toEqual([60, 365, 60]);
    expect(part("dayOfWeek")).toEqual([4, 3, 3]);
    expect(part("hour", -60)).toEqual([22, 23, 23]);
    expect(part("minute")).toEqual([30, 0, 0]);
    expect(part("second")).toEqual([15, 0, 0]);
    expect(run("timeSince", [times("1970-01-03T12:00:00Z")], { at: 0, unit: "day" })).toEqual([2.5]);
  });

  it("date parts agree with the platform's calendar", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1690-01-01"), max: new Date("2250-01-01"), noInvalidDate: true }),
        (date) => {
          const column: Column = { type: "timestamp", values: Float64Array.of(date.getTime() * 1000) };
          const part = (name: string) => run("datePart", [column], { part: name })[0];
          expect([part("year"), part("month"), part("dayOfMonth"), part("hour")]).toEqual([
            date.getUTCFullYear(),
            date.getUTCMonth() + 1,
            date.getUTCDate(),
            date.getUTCHours(),
          ]);
          expect(part("dayOfWeek")).toBe(((date.getUTCDay() + 6) % 7) + 1);
        },
      ),
    );
  });

  it("cyclic, concat, element and combine", () => {
    const [quarter, negative] = run("cyclic", [numbers(3, -9, inf)], { period: 12 }) as number[][];
    expect(quarter![0]).toBe(1);
    expect(negative).toEqual(quarter);
    expect(run("cyclic", [numbers(inf)], { period: 12 })).toEqual([null]);
    expect(run("concat", [numbers(1, null), numbers(2, 2)])).toEqual([[1, 2], null]);
    expect(run("combine", [numbers(1, null), numbers(2, 2)], { weights: [0.5, 0.25] })).toEqual([1, null]);
  });

  it("linear adds from the bias, left to right", () => {
    const weights = { w: f64(1e16, 1, -1e16) };
    const columns = [numbers(1), numbers(1), numbers(1)];
    expect(run("linear", columns, { weights: { tensor: "w" }, bias: 0 }, weights)).toEqual([0]);
    const two = { weights: { tensor: "w" }, bias: { tensor: "b" }, outputs: 2 };
    expect(run("linear", [numbers(1), numbers(10)], two, { w: f64(1, 2, 3, 4), b: f64(0.5, 0) })).toEqual([[21.5, 43]]);
  });

  it("links", () => {
    expect(run("logistic", [numbers(0, null)])).toEqual([0.5, null]);
    expect(run("exp", [numbers(0, 1000)])).toEqual([1, inf]);
    expect(run("platt", [numbers(2)], { a: 1, b: -2 })).toEqual([0.5]);
    const points = { x: f64(0, 1, 3), y: f64(0, 0.5, 1) };
    const isotonic = { x: { tensor: "x" }, y: { tensor: "y" } };
    expect(run("isotonic", [numbers(-1, 0, 0.5, 1, 2, 3, 4)], isotonic, points)).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1]);
  });

  it("softmax of equal and of far values", () => {
    const inputs = [
      { name: "a", type: "number", missingAllowed: true },
      { name: "b", type: "number", missingAllowed: true },
    ] as const;
    const nodes = [
      { op: "concat", version: 1, inputs: [0, 1], attributes: {} },
      { op: "softmax", version: 1, inputs: [2], attributes: {} },
    ] as const;
    const frame = {
      rows: 3,
      columns: new Map([
        ["a", numbers(5, 1000, inf)],
        ["b", numbers(5, 0, inf)],
      ]),
    };
    const [out] = evaluateGraph({ inputs, nodes, tensors: new Map() }, frame, [3]);
    expect(out).toMatchObject({ values: Float64Array.of(0.5, 0.5, 1, 0, 0, 0), missing: Uint8Array.of(0, 0, 1) });
  });

  it("power, minimum, maximum, abs, sqrt and floor", () => {
    expect(run("power", [numbers(2, 4, -8, null, 0), numbers(10, 0.5, 1 / 3, 0, -1)])).toEqual([
      1024,
      2,
      null,
      null,
      inf,
    ]);
    expect(run("minimum", [numbers(1, -inf, null), numbers(2, 5, 1)])).toEqual([1, -inf, null]);
    expect(run("maximum", [numbers(1, -inf, 3), numbers(2, 5, null)])).toEqual([2, 5, null]);
    expect(run("abs", [numbers(-2, null)])).toEqual([2, null]);
    expect(run("sqrt", [numbers(9, -1)])).toEqual([3, null]);
    expect(run("floor", [numbers(-1.5, inf)])).toEqual([-2, inf]);
  });

  it("compare gives a bool, missing where a side is", () => {
    const relation = (name: string) =>
      run("compare", [numbers(1, 2, 3, null), numbers(2, 2, 2, 2)], { relation: name });
    expect(relation("less")).toEqual([1, 0, 0, null]);
    expect(relation("lessOrEqual")).toEqual([1, 1, 0, null]);
    expect(relation("equal")).toEqual([0, 1, 0, null]);
    expect(relation("notEqual")).toEqual([1, 0, 1, null]);
    expect(relation("greaterOrEqual")).toEqual([0, 1, 1, null]);
    expect(relation("greater")).toEqual([0, 0, 1, null]);
    expect(() => relation("near")).toThrow(/less, lessOrEqual/);
  });

  it("and, or and not know that one value can decide beside a missing one", () => {
    const bools = (...values: (number | null)[]): Column => ({
      type: "bool",
      values: Uint8Array.from(values, (value) => value ?? 0),
      missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
    });
    const a = bools(1, 1, 0, 1, 0, null);
    const b = bools(1, 0, 0, null, null, null);
    expect(run("and", [a, b])).toEqual([1, 0, 0, null, 0, null]);
    expect(run("or", [a, b])).toEqual([1, 1, 0, 1, null, null]);
    expect(run("not", [a])).toEqual([0, 0, 1, 0, 1, null]);
    expect(run("choose", [bools(1, 0, null), numbers(1, 2, 3), numbers(4, null, 6)])).toEqual([1, null, null]);
  });

  it("coalesce, isOneOf and embed", () => {
    expect(run("coalesce", [numbers(null, 1, null), numbers(2, 3, null)])).toEqual([2, 1, null]);
    expect(run("coalesce", [texts(null, "a", null), texts("b", "c", null)])).toEqual(["b", "a", null]);
    expect(() => run("coalesce", [numbers(1), texts("a")])).toThrow(/takes numbers/);
    expect(run("isOneOf", [texts("a", "b", null)], { levels: ["b", "c"] })).toEqual([0, 1, null]);
    const table = { levels: ["a", "b"], width: 2, values: { tensor: "v" }, unseen: { tensor: "u" } };
    const tensors = { v: f64(1, 2, 3, 4), u: f64(0, -1) };
    expect(run("embed", [texts("b", "x", null, "a")], table, tensors)).toEqual([[3, 4], [0, -1], null, [1, 2]]);
    expect(() => run("embed", [texts("a")], table, { v: f64(1), u: f64(0, 1) })).toThrow(/1 values for 2 levels of 2/);
  });

  it("relu, tanh, temperature and beta calibration", () => {
    expect(run("relu", [numbers(-1, 2, null, -inf)])).toEqual([0, 2, null, 0]);
    expect(run("tanh", [numbers(0, inf, -inf)])).toEqual([0, 1, -1]);
    expect(run("temperature", [numbers(3, null)], { value: 1.5 })).toEqual([2, null]);
    // a = b = 1, c = 0 gives p back
    const [half, quarter, certain] = run("betaCalibration", [numbers(0.5, 0.25, 1)], { a: 1, b: 1, c: 0 }) as number[];
    expect(half).toBeCloseTo(0.5, 15);
    expect(quarter).toBeCloseTo(0.25, 15);
    expect(certain).toBeGreaterThan(0.999999);
  });

  it("isDay finds the days of a table, in the time of an offset", () => {
    const at = times("2024-02-29T00:30:00Z", "2024-02-28T23:30:00Z", "1969-12-31T12:00:00Z");
    const days = { d: f64(-1, 19782) }; // 1969-12-31 and 2024-02-29
    expect(run("isDay", [at], { days: { tensor: "d" } }, days)).toEqual([1, 0, 1]);
    expect(run("isDay", [at], { days: { tensor: "d" }, offsetMinutes: 60 }, days)).toEqual([1, 1, 1]);
    expect(() => run("isDay", [at], { days: { tensor: "d" } }, { d: f64(2, 1) })).toThrow(/do not increase/);
  });

  it("names what is wrong with a node", () => {
    expect(() => run("median", [numbers(1)])).toThrow(/operator that this reader does not have/);
    expect(() => run("scale", [numbers(1)], { offset: 0 })).toThrow(/"scale" is not given/);
    expect(() => run("scale", [numbers(1)], { offset: 0, scale: 0 })).toThrow(/scale of 0/);
    expect(() => run("impute", [numbers(1)], { value: 1, extra: 2 })).toThrow(/unknown attribute "extra"/);
    expect(() => run("log", [texts("a")])).toThrow(/takes one value; got string/);
    expect(() => run("ordinal", [texts("a")], { levels: ["a", "a"], unseen: null, missing: null })).toThrow(/twice/);
    expect(operatorTable.size).toBe(57);
  });
});
