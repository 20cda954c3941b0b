import type { Program, ProgramInput } from "../../model.ts";
import { abstainReasons } from "../../outputs.ts";
import type { Num, Test } from "../model.ts";
import type { Lowering, LoweringBuilder, Value } from "./builder.ts";
import {
  add,
  at,
  atMost,
  both,
  constant,
  divide,
  isMissing,
  lessThan,
  missingNumber,
  num,
  subtract,
  text,
  when,
} from "./forms.ts";

const zero = constant(0);
const one = constant(1);

/** min(1, x), of an x that is not missing. */
const atMostOne = (builder: LoweringBuilder, x: Num): Num => {
  const value = builder.once(x);
  return when(lessThan(one, value), one, value);
};

export const uncertainty: Readonly<Record<string, Lowering>> = {
  steps: ({ builder, inputs, attributes }) => {
    const x = num(inputs[0]);
    const values = builder.doubles(attributes.f64("values"));
    const edges = attributes.f64("edges");
    if (edges.length === 0) return builder.number(when(isMissing(x), missingNumber, at(values, zero)));
    const table = builder.doubles(edges);
    // a place that is in the table whatever x is
    const place = builder.once(when(isMissing(x), zero, { k: "count", mode: "below", table, x }));
    return builder.number(when(isMissing(x), missingNumber, at(values, place)));
  },
  atLeast: ({ builder, inputs, attributes }) => {
    const input = inputs[0]!;
    const bounds = attributes.f64("bounds");
    return builder.vector(bounds.length, (slot) => ({
      do: "vector",
      slot,
      values: [...bounds].map((bound, index) => {
        const x: Num = { k: "element", vector: input.slot, index };
        const first: Num = { k: "element", vector: input.slot, index: 0 };
        return when(isMissing(first), missingNumber, when(atMost(constant(bound), x), one, zero));
      }),
    }));
  },
  outsideDomain: ({ builder, inputs, attributes }) => {
    const [low, high] = [attributes.f64("low"), attributes.f64("high")];
    const [spread, missing] = [attributes.f64("spread"), attributes.f64("missing")];
    const terms = inputs.map((input, k) => {
      const x = num(input);
      const [from, to, unit] = [constant(low[k]!), constant(high[k]!), constant(spread[k]!)];
      const beyond = when(
        lessThan(x, from),
        divide(subtract(from, x), unit),
        when(lessThan(to, x), divide(subtract(x, to), unit), zero),
      );
      return builder.once(when(isMissing(x), constant(missing[k]!), atMostOne(builder, beyond)));
    });
    return builder.number(
      divide(
        terms.reduce((sum, term) => builder.once(add(sum, term)), zero),
        constant(terms.length),
      ),
    );
  },
};

/**
 * Which reason to abstain holds, as a number slot: 0 none, else 1 + its place in `abstainReasons`. Inputs are those that
 * the outputs depend on.
 */
export function lowerAbstention(
  builder: LoweringBuilder,
  { outputs }: Program,
  inputs: readonly { readonly input: ProgramInput; readonly value: Value }[],
  score: Value,
  outOfDomain: Value | undefined,
): number {
  const tests: (readonly [Test, (typeof abstainReasons)[number]])[] = [];
  for (const { input, value } of inputs) if (input.invalid === "abstain") tests.push([noValue(value), "missingInput"]);
  const { abstain } = outputs;
  if (abstain?.outOfDomain === true && outOfDomain !== undefined)
    tests.push([lessThan(constant(outputs.outOfDomain!.threshold), num(outOfDomain)), "outOfDomain"]);
  if (abstain?.unsure !== undefined) {
    const value = greatest(builder, score);
    const { from, to } = abstain.unsure;
    tests.push([both(atMost(constant(from), value), lessThan(value, constant(to))), "unsure"]);
  }
  // the last reason first, so that an earlier one that holds replaces it
  const reason = tests.reduceRight<Num>(
    (rest, [test, name]) => builder.once(when(test, constant(1 + abstainReasons.indexOf(name)), rest)),
    zero,
  );
  return builder.number(reason).slot;
}

function noValue(value: Value): Test {
  if (value.type === "string") return { k: "noText", text: text(value) };
  return isMissing(value.type === "vector" ? { k: "element", vector: value.slot, index: 0 } : num(value));
}

/** The greatest number of a score; missing where the score is. */
function greatest(builder: LoweringBuilder, score: Value): Num {
  if (score.type !== "vector") return num(score);
  const element = (index: number): Num => ({ k: "element", vector: score.slot, index });
  let best = builder.once(element(0));
  for (let k = 1; k < score.width; k++)
    best = builder.once(when(isMissing(best), missingNumber, when(lessThan(best, element(k)), element(k), best)));
  return best;
}
