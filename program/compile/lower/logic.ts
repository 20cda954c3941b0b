import type { Num, Test } from "../model.ts";
import type { Lowering } from "./builder.ts";
import {
  atMost,
  both,
  constant,
  either,
  equal,
  isMissing,
  lessThan,
  missingNumber,
  not,
  num,
  subtract,
  text,
  when,
} from "./forms.ts";

const one = constant(1);
const zero = constant(0);

const relations: Readonly<Record<string, (a: Num, b: Num) => Test>> = {
  less: lessThan,
  lessOrEqual: atMost,
  equal,
  notEqual: (a, b) => not(equal(a, b)),
  greaterOrEqual: (a, b) => atMost(b, a),
  greater: (a, b) => lessThan(b, a),
};

const threeValued =
  (decided: number): Lowering =>
  ({ builder, inputs }) => {
    const values = inputs.map(num);
    const any = (test: (value: Num) => Test) => values.map(test).reduce(either);
    return builder.number(
      when(
        any((value) => equal(value, constant(decided))),
        constant(decided),
        when(any(isMissing), missingNumber, constant(1 - decided)),
      ),
    );
  };

export const logic: Readonly<Record<string, Lowering>> = {
  compare: ({ builder, inputs, attributes }) => {
    const [a, b] = [num(inputs[0]), num(inputs[1])];
    const present = both(not(isMissing(a)), not(isMissing(b)));
    return builder.number(when(present, when(relations[attributes.text("relation")]!(a, b), one, zero), missingNumber));
  },
  and: threeValued(0),
  or: threeValued(1),
  not: ({ builder, inputs }) => builder.number(subtract(one, num(inputs[0]))),
  choose: ({ builder, inputs }) => {
    const [test, yes, no] = [num(inputs[0]), num(inputs[1]), num(inputs[2])];
    return builder.number(when(equal(test, one), yes, when(equal(test, zero), no, missingNumber)));
  },
  coalesce: ({ builder, inputs }) => {
    if (inputs[0]?.type === "string")
      return builder.text(
        inputs
          .map(text)
          .reduceRight((rest, value) => ({ k: "choose", test: { k: "noText", text: value }, yes: rest, no: value })),
      );
    return builder.number(inputs.map(num).reduceRight((rest, value) => when(isMissing(value), rest, value)));
  },
  isOneOf: ({ builder, inputs, attributes }) => {
    const levels = attributes.levels("levels");
    const place = builder.once({ k: "level", text: text(inputs[0]), table: builder.levels(levels) });
    return builder.number(when(isMissing(place), missingNumber, when(lessThan(place, zero), zero, one)));
  },
};
