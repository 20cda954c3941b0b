import fc from "fast-check";
import { expect, test } from "vitest";
import { randomStream } from "#kernel";
import type { FitContext, LearningFeature, LearningTask } from "../model.ts";
import { findRules } from "./find-rules.ts";
import { ruleListOptions } from "./options.ts";
import { holds } from "./rule.ts";

const context: FitContext = { seed: 1, threads: 1, stopping: () => false, progress: () => undefined };
const rows = 60;

function problem(seed: number, task: LearningTask) {
  const random = randomStream(seed, "greedy rules");
  const x = Float64Array.from({ length: rows }, () => random.integer(8));
  const z = Float64Array.from({ length: rows }, () => random.integer(5) / 4);
  const missing = Uint8Array.from({ length: rows }, () => Number(random.integer(5) === 0));
  const features: LearningFeature[] = [
    { name: "x", kind: "numeric", values: x },
    { name: "z", kind: "numeric", values: z, missing },
  ];
  const signal = x.map((value, i) => Number(value > 4) * 2 + (missing[i] === 1 ? 1 : Number(z[i]! > 0.5)));
  const target = signal.map((value) => {
    const noisy = value + random.uniform();
    return task === "regression"
      ? noisy
      : task === "binary"
        ? Number(noisy > 1.6)
        : Math.min(2, Math.floor(noisy / 1.3));
  });
  const weights = Float64Array.from({ length: rows }, () => 1 + random.integer(3));
  return { features, target, weights };
}

type Row = { readonly target: number; readonly weight: number };

/** The weighted sum of squared distances from the mean, or from the shares of the classes: what a division lowers. */
function scatter(some: readonly Row[], task: LearningTask): number {
  const kinds = task === "regression" ? [undefined] : task === "binary" ? [0, 1] : [0, 1, 2];
  const total = some.reduce((sum, { weight }) => sum + weight, 0);
  return kinds.reduce((sum: number, kind) => {
    const of = ({ target }: Row) => (kind === undefined ? target : Number(target === kind));
    const mean = some.reduce((all, row) => all + row.weight * of(row), 0) / total;
    return sum + some.reduce((all, row) => all + row.weight * (of(row) - mean) ** 2, 0);
  }, 0);
}

/** Every way to part rows by one threshold of one feature, missing values on either side. */
function everyDivision(features: readonly LearningFeature[], rest: readonly number[]): boolean[][] {
  return features.flatMap(({ values, missing }) => {
    const known = [...new Set(rest.filter((i) => missing?.[i] !== 1).map((i) => values[i]!))];
    return known.flatMap((edge) =>
      [true, false].map((gone) => rest.map((i) => (missing?.[i] === 1 ? gone : values[i]! <= edge))),
    );
  });
}

test("each rule of one condition is the best of all that there are, found by trying every one", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(10_000),
      fc.constantFrom<LearningTask>("binary", "multiclass", "regression"),
      async (seed, task) => {
        const { features, target, weights } = problem(seed, task);
        const classes = { binary: 2, multiclass: 3, regression: 1 }[task];
        const fewest = 4;
        const options = ruleListOptions.parse({ conditions: 1, rules: 5, minRowsInRule: fewest });
        const train = { rows, features, target, weights };
        const rules = await findRules({ task, classes, train }, options, context);
        let rest = Array.from({ length: rows }, (_, i) => i);
        const at = (some: readonly number[]) => some.map((i) => ({ target: target[i]!, weight: weights[i]! }));
        for (const { conditions, rows: taken } of rules.slice(0, -1)) {
          const gainOf = (left: readonly boolean[]) =>
            scatter(at(rest), task) -
            scatter(at(rest.filter((_, k) => left[k]!)), task) -
            scatter(at(rest.filter((_, k) => !left[k]!)), task);
          const best = everyDivision(features, rest)
            .filter((left) => {
              const count = left.filter(Boolean).length;
              return count >= fewest && rest.length - count >= fewest;
            })
            .reduce((most, left) => Math.max(most, gainOf(left)), 0);
          const own = rest.map((i) => holds(conditions, features, i));
          expect(own.filter(Boolean).length).toBe(taken);
          expect(gainOf(own)).toBeGreaterThan(best * (1 - 1e-9));
          found++;
          rest = rest.filter((_, k) => !own[k]!);
        }
        expect(rules.at(-1)!.rows).toBe(rest.length);
      },
    ),
    { numRuns: 40 },
  );
  expect(found).toBeGreaterThan(40);
});
