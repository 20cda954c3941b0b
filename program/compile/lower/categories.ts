import type { Num } from "../model.ts";
import type { Lowering, LoweringContext } from "./builder.ts";
import {
  add,
  at,
  constant,
  equal,
  isMissing,
  lessThan,
  missingNumber,
  mod,
  multiply,
  num,
  text,
  when,
} from "./forms.ts";

/** The level's position: −1 unseen, NaN missing; computed once. */
function place({ builder, inputs, attributes }: LoweringContext): Num {
  return builder.once({ k: "level", text: text(inputs[0]), table: builder.levels(attributes.levels("levels")) });
}

const byPlace =
  (known: (place: Num, context: LoweringContext) => Num): Lowering =>
  (context) => {
    const { builder, attributes } = context;
    const at = place(context);
    return builder.number(
      when(
        isMissing(at),
        constant(attributes.number("missing")),
        when(lessThan(at, constant(0)), constant(attributes.number("unseen")), known(at, context)),
      ),
    );
  };

export const categories: Readonly<Record<string, Lowering>> = {
  ordinal: byPlace((place) => place),
  lookup: byPlace((place, { builder, attributes }) =>
    attributes.levels("levels").length === 0
      ? constant(Number.NaN)
      : at(builder.doubles(attributes.f64("values")), place),
  ),
  hash: ({ builder, inputs, attributes }) =>
    builder.number(mod({ k: "hash", text: text(inputs[0]) }, constant(attributes.number("buckets")))),
  oneHot: (context) => {
    const { builder, attributes, result } = context;
    const width = result.type === "vector" ? result.width : 1;
    const levels = attributes.levels("levels").length;
    const at = place(context);
    const other = constant(attributes.flag("other") ? levels : -1);
    const missing = constant(attributes.flag("missing") ? width - 1 : -1);
    return builder.vector(width, (slot) => ({
      do: "oneHot",
      slot,
      place: when(isMissing(at), missing, when(lessThan(at, constant(0)), other, at)),
    }));
  },
  embed: (context) => {
    const { builder, attributes } = context;
    const width = attributes.number("width");
    const unseen = attributes.f64("unseen");
    const at0 = place(context);
    const known = attributes.levels("levels").length > 0;
    const values = known ? builder.doubles(attributes.f64("values")) : 0;
    const start = builder.once(when(lessThan(constant(0), at0), multiply(at0, constant(width)), constant(0)));
    const number = (k: number) =>
      when(
        isMissing(at0),
        missingNumber,
        known
          ? when(lessThan(at0, constant(0)), constant(unseen[k]!), at(values, add(start, constant(k))))
          : constant(unseen[k]!),
      );
    return builder.vector(width, (slot) => ({
      do: "vector",
      slot,
      values: Array.from({ length: width }, (_, k) => number(k)),
    }));
  },
  boolText: ({ builder, inputs }) => {
    const x = num(inputs[0]);
    return builder.text({
      k: "choose",
      test: isMissing(x),
      yes: { k: "literal", value: null },
      no: {
        k: "choose",
        test: equal(x, constant(0)),
        yes: { k: "literal", value: "false" },
        no: { k: "literal", value: "true" },
      },
    });
  },
};
