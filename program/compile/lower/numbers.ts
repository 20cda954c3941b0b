import { leastProbability } from "../../operators/links.ts";
import type { Num } from "../model.ts";
import type { Lowering, LoweringContext, Value } from "./builder.ts";
import {
  add,
  at,
  atMost,
  call,
  constant,
  divide,
  either,
  equal,
  floor,
  isMissing,
  lessThan,
  missingNumber,
  multiply,
  num,
  subtract,
  when,
} from "./forms.ts";

const binary =
  (form: (a: Num, b: Num) => Num): Lowering =>
  ({ builder, inputs }) =>
    builder.number(form(num(inputs[0]), num(inputs[1])));

const unary =
  (form: (x: Num, context: LoweringContext) => Num): Lowering =>
  (context) =>
    context.builder.number(form(num(context.inputs[0]), context));

/** A formula of a number, or of each number of a vector. */
const link =
  (form: (x: Num, context: LoweringContext) => Num): Lowering =>
  (context) => {
    const input = context.inputs[0]!;
    if (input.type !== "vector") return context.builder.number(form(num(input), context));
    return context.builder.vector(input.width, (slot) => ({
      do: "each",
      slot,
      value: form({ k: "item", vector: input.slot }, context),
    }));
  };

const clip: Lowering = (context) => {
  const x = num(context.inputs[0]);
  const { attributes, builder } = context;
  const low = attributes.number("low");
  const high = attributes.number("high");
  const below = Number.isNaN(high) ? x : when(lessThan(constant(high), x), constant(high), x);
  return builder.number(Number.isNaN(low) ? below : when(lessThan(x, constant(low)), constant(low), below));
};

const isotonic: Lowering = ({ builder, inputs, attributes }) => {
  const x = attributes.f64("x");
  const y = attributes.f64("y");
  const last = x.length - 1;
  const value = num(inputs[0]);
  const outer = (inner: Num): Num =>
    when(
      isMissing(value),
      missingNumber,
      when(
        atMost(value, constant(x[0]!)),
        constant(y[0]!),
        when(atMost(constant(x[last]!), value), constant(y[last]!), inner),
      ),
    );
  if (last === 0) return builder.number(outer(constant(y[0]!)));
  const xs = builder.doubles(x);
  const ys = builder.doubles(y);
  // A place that is in the table whatever the value is, so that no language reads beyond it.
  const place = builder.once(
    when(
      atMost(constant(x[0]!), value),
      when(
        lessThan(value, constant(x[last]!)),
        subtract({ k: "count", mode: "upTo", table: xs, x: value }, constant(1)),
        constant(0),
      ),
      constant(0),
    ),
  );
  const next = add(place, constant(1));
  const slope = divide(subtract(at(ys, next), at(ys, place)), subtract(at(xs, next), at(xs, place)));
  return builder.number(outer(add(at(ys, place), multiply(slope, subtract(value, at(xs, place))))));
};

const missingFlag: Lowering = ({ builder, inputs }) => {
  const value = inputs[0]!;
  const test =
    value.type === "string"
      ? ({ k: "noText", text: { k: "text", slot: value.slot } } as const)
      : isMissing(value.type === "vector" ? { k: "element", vector: value.slot, index: 0 } : num(value));
  return builder.number(when(test, constant(1), constant(0)));
};

const zero = constant(0);

export const numbers: Readonly<Record<string, Lowering>> = {
  add: binary(add),
  subtract: binary(subtract),
  multiply: binary(multiply),
  divide: binary((a, b) => when(equal(b, zero), missingNumber, divide(a, b))),
  // x to the power of 0 is 1 in `pow`, of a missing x as well.
  power: binary((a, b) => when(either(isMissing(a), isMissing(b)), missingNumber, call("pow", a, b))),
  // A missing side makes the result missing: only one side of a comparison may be read otherwise.
  minimum: binary((a, b) => when(isMissing(b), missingNumber, when(lessThan(b, a), b, a))),
  maximum: binary((a, b) => when(isMissing(b), missingNumber, when(lessThan(a, b), b, a))),
  abs: unary((x) => call("abs", x)),
  sqrt: unary((x) => when(lessThan(x, zero), missingNumber, call("sqrt", x))),
  floor: unary((x) => floor(x)),
  toNumber: ({ inputs }): Value => inputs[0]!,
  impute: unary((x, { attributes }) => when(isMissing(x), constant(attributes.number("value")), x)),
  isMissing: missingFlag,
  scale: unary((x, { attributes }) =>
    divide(subtract(x, constant(attributes.number("offset"))), constant(attributes.number("scale"))),
  ),
  clip,
  log: unary((x) => when(atMost(x, zero), missingNumber, call("log", x))),
  log1p: unary((x) => when(atMost(x, constant(-1)), missingNumber, call("log1p", x))),
  bin: unary((x, { builder, attributes }) =>
    when(isMissing(x), missingNumber, {
      k: "count",
      mode: "below",
      table: builder.doubles(attributes.f64("edges")),
      x,
    }),
  ),
  logistic: link((x) => call("sigmoid", x)),
  exp: link((x) => call("exp", x)),
  identityLink: link((x) => x),
  tanh: link((x) => call("tanh", x)),
  relu: link((x) => when(isMissing(x), missingNumber, when(lessThan(zero, x), x, zero))),
  temperature: link((x, { attributes }) => divide(x, constant(attributes.number("value")))),
  betaCalibration: link((p, { attributes }) => {
    const least = constant(leastProbability);
    const most = constant(1 - leastProbability);
    const held = when(lessThan(p, least), least, when(lessThan(most, p), most, p));
    const low = multiply(constant(attributes.number("a")), call("log", held));
    const high = multiply(constant(attributes.number("b")), call("log", subtract(constant(1), held)));
    return call("sigmoid", add(subtract(low, high), constant(attributes.number("c"))));
  }),
  platt: link((x, { attributes }) =>
    call("sigmoid", add(multiply(constant(attributes.number("a")), x), constant(attributes.number("b")))),
  ),
  isotonic,
  cyclic: ({ builder, inputs, attributes }) => {
    const turns = builder.once(divide(num(inputs[0]), constant(attributes.number("period"))));
    const angle = builder.once(multiply(subtract(turns, floor(turns)), constant(6.283185307179586)));
    return builder.vector(2, (slot) => ({ do: "vector", slot, values: [call("sin", angle), call("cos", angle)] }));
  },
};
