import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { philox4x32 } from "./philox.ts";
import { randomStream, shuffledIndices } from "./random.ts";

// Known answers for `philox4x32 10` from Random123, tests/kat_vectors: counter, key, result.
const knownAnswers = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
] as const;

const words = (text: string): number[] => text.split(" ").map((word) => Number.parseInt(word, 16));

describe("philox4x32", () => {
  test.each(knownAnswers)("at %s under %s gives the published words", (counter, key, result) => {
    const out = new Uint32Array(4);
    const [c0, c1, c2, c3] = words(counter) as [number, number, number, number];
    const [k0, k1] = words(key) as [number, number];
    philox4x32(c0, c1, c2, c3, k0, k1, out);
    expect([...out]).toEqual(words(result));
  });
});

describe("randomStream", () => {
  test("gives the same value at a counter, in whatever order it is asked", () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.array(fc.nat(1e9), { minLength: 1 }), (seed, purpose, counters) => {
        const forwards = randomStream(seed, purpose);
        const values = counters.map((counter) => [forwards.uint32At(counter), forwards.uniformAt(counter)]);
        const backwards = randomStream(seed, purpose);
        const again = [...counters].reverse().map((counter) => {
          const uniform = backwards.uniformAt(counter);
          return [backwards.uint32At(counter), uniform];
        });
        expect(again.reverse()).toEqual(values);
      }),
    );
  });

  test("stays as it was: every stored result depends on these words", () => {
    const random = randomStream(7, "split");
    expect([0, 1, 2, 3, 4, 2 ** 34 + 1].map((counter) => random.uint32At(counter))).toMatchInlineSnapshot(`
      [
        2780535908,
        3467439365,
        3767601477,
        1458422980,
        2987080083,
        2529518530,
      ]
    `);
    expect(random.uniform()).toBe(random.uniformAt(0));
    expect(random.uniform()).toBe(random.uniformAt(1));
  });

  test("differs by seed, by purpose and by fork", () => {
    const first = (seed: number, purpose: string) => randomStream(seed, purpose).uint32At(0);
    const values = [first(1, "a"), first(2, "a"), first(1, "b"), first(11, "a"), first(1, "1a")];
    expect(new Set(values).size).toBe(values.length);
    expect(randomStream(1, "a").fork("b").uint32At(0)).toBe(first(1, "a/b"));
  });

  test("gives uniform numbers in [0, 1) with the mean and spread of a uniform", () => {
    const random = randomStream(3, "moments");
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      sum += value;
      squares += value * value;
    }
    // Five standard errors: sqrt(1/12/n) for the mean, sqrt(4/45/n) for the mean square.
    expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
  });

  test("draws whole numbers evenly", () => {
    const random = randomStream(5, "dice");
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 99.9 % quantile of χ² with 5 degrees of freedom
    expect(random.integer(1)).toBe(0);
    expect(random.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  test.each([0, -1, 2.5, Number.NaN, 2 ** 32 + 1])("refuses to draw below %d", (n) => {
    expect(() => randomStream(1, "x").integer(n)).toThrow(expect.objectContaining({ code: "KERNEL_INVARIANT_BROKEN" }));
  });
});

describe("shuffledIndices", () => {
  test("is a permutation", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer(), (n, seed) => {
        const shuffled = shuffledIndices(n, randomStream(seed, "shuffle"));
        expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test("gives every order of three about as often", () => {
    const random = randomStream(1, "orders");
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffledIndices(3, random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
