import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos, exp, expm1, log, log1p, pow, sigmoid, sin, tanh } from "../index.ts";

const functions = { exp, expm1, log, log1p, sin, cos, tanh, sigmoid, pow } as Readonly<
  Record<string, (...x: number[]) => number>
>;
/** [argument, …, nearest double, rest], by elementary-oracle.py (mpmath 1.3.0 with 1400 bits). */
const oracle = JSON.parse(readFileSync(new URL("elementary.golden.json", import.meta.url), "utf8")) as Readonly<
  Record<string, readonly (readonly number[])[]>
>;

function unitInLastPlace(x: number): number {
  const bits = new Float64Array([Math.abs(x)]);
  new BigInt64Array(bits.buffer)[0]! += 1n;
  return bits[0]! - Math.abs(x);
}

describe("elementary functions", () => {
  for (const [name, cases] of Object.entries(oracle))
    it(`${name} is within one unit in the last place of the exact value`, () => {
      expect(cases.length).toBeGreaterThan(100);
      for (const row of cases) {
        const given = functions[name]!(...row.slice(0, -2));
        const [nearest, rest] = row.slice(-2) as [number, number];
        const error = Math.abs(given - nearest - rest) / unitInLastPlace(nearest);
        expect(error, `${name}(${row.slice(0, -2).join(", ")})`).toBeLessThanOrEqual(0.75);
      }
    });

  it("agrees with the platform's functions within two units", () => {
    for (const name of ["exp", "expm1", "log", "log1p", "sin", "cos", "tanh"] as const)
      fc.assert(
        fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), (raw) => {
          const x = name === "log" ? Math.abs(raw) : name === "log1p" ? Math.abs(raw) - 0.5 : raw;
          const platform = Math[name](x);
          const own = functions[name]!(x);
          if (Number.isFinite(platform))
            expect(Math.abs(own - platform)).toBeLessThanOrEqual(2 * unitInLastPlace(platform));
          else expect(own).toBe(platform);
        }),
      );
  });

  it("keeps special values", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect([exp(inf), exp(-inf), exp(0), exp(710), exp(-746)]).toEqual([inf, 0, 1, inf, 0]);
    expect([expm1(inf), expm1(-inf), expm1(0)]).toEqual([inf, -1, 0]);
    expect([log(0), log(1), log(inf), log(-1)]).toEqual([-inf, 0, inf, Number.NaN]);
    expect([log1p(-1), log1p(0), log1p(inf), log1p(-2)]).toEqual([-inf, 0, inf, Number.NaN]);
    expect([tanh(inf), tanh(-inf), tanh(0), sigmoid(inf), sigmoid(-inf), sigmoid(0)]).toEqual([1, -1, 0, 1, 0, 0.5]);
    expect([sin(inf), cos(-inf), sin(0), cos(0)]).toEqual([Number.NaN, Number.NaN, 0, 1]);
    for (const f of [exp, expm1, log, log1p, sin, cos, tanh, sigmoid]) expect(f(Number.NaN)).toBeNaN();
  });

  it("pow follows ECMA-262 in its special cases", () => {
    const special = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      3,
      0.5,
      -0.5,
      1e308,
      5e-324,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ];
    for (const x of special)
      for (const y of special) {
        const wanted = x ** y;
        const given = pow(x, y);
        if (Number.isFinite(wanted) && wanted !== 0 && !Number.isInteger(wanted))
          expect(Math.abs(given - wanted)).toBeLessThanOrEqual(2 * unitInLastPlace(wanted));
        else expect(given, `${x} ** ${y}`).toBe(wanted);
      }
  });

  it("gives subnormal results to within one unit", () => {
    expect(Math.abs(exp(-740) - 4.2e-322)).toBeLessThan(1e-323);
    expect(exp(-745)).toBe(5e-324);
    expect(sigmoid(-745)).toBe(5e-324);
  });

  it("gives the same bits on every machine: a checksum of ten thousand values", () => {
    let hash = 0;
    const bits = new Float64Array(1);
    const words = new Uint32Array(bits.buffer);
    for (let i = 0; i < 10_000; i++) {
      const x = ((i * 7919) % 10_007) / 97 - 40;
      for (const f of [exp, expm1, sin, cos, tanh, sigmoid]) {
        bits[0] = f(x);
        hash = Math.imul(hash ^ words[0]! ^ words[1]!, 0x01000193);
      }
      bits[0] = log(Math.abs(x) + 1e-3) + log1p(Math.abs(x)) + pow(Math.abs(x) + 0.1, x / 9);
      hash = Math.imul(hash ^ words[0]! ^ words[1]!, 0x01000193);
    }
    expect(hash >>> 0).toBe(782563015);
  });
});
