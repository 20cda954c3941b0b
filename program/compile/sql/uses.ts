import type { Lowered, Num, Statement, Test, Text } from "../model.ts";

export interface Uses {
  readonly numbers: Int32Array;
  readonly texts: Int32Array;
  readonly vectors: Int32Array;
}

/** How often each slot is read, as far as this decides between an expression and a column. */
export function countUses(lowered: Lowered): Uses {
  const uses: Uses = {
    numbers: new Int32Array(lowered.numbers),
    texts: new Int32Array(lowered.texts),
    vectors: new Int32Array(lowered.vectors.length),
  };
  const one = (counts: Int32Array, slot: number) => {
    counts[slot] = counts[slot]! + 1;
  };
  const number = (form: Num): void => {
    if (form.k === "num") one(uses.numbers, form.slot);
    else if (form.k === "element" || form.k === "item") one(uses.vectors, form.vector);
    else if (form.k === "call") form.args.forEach(number);
    else if (form.k === "if") {
      test(form.test);
      number(form.yes);
      number(form.no);
    } else if (form.k === "at") number(form.index);
    else if (form.k === "count") number(form.x);
    else if (form.k === "level" || form.k === "hash" || form.k === "length") text(form.text);
    else if (form.k !== "const") sides(form);
  };
  const sides = ({ a, b }: { readonly a: Num; readonly b: Num }): void => {
    number(a);
    number(b);
  };
  const test = (form: Test): void => {
    switch (form.k) {
      case "missing":
        number(form.a);
        break;
      case "noText":
        text(form.text);
        break;
      case "not":
        test(form.test);
        break;
      case "and":
      case "or":
        test(form.a);
        test(form.b);
        break;
      default:
        sides(form);
    }
  };
  const text = (form: Text): void => {
    if (form.k === "text") one(uses.texts, form.slot);
    else if (form.k === "choose") {
      test(form.test);
      text(form.yes);
      text(form.no);
    }
  };
  const statement = (made: Statement): void => {
    if (made.do === "num" || made.do === "each") number(made.value);
    else if (made.do === "text") text(made.value);
    else if (made.do === "vector") made.values.forEach(number);
    else if (made.do === "oneHot") number(made.place);
    else if (made.do === "forest") {
      for (const slot of made.features) one(uses.numbers, slot);
    } else if (made.do === "join")
      for (const part of made.parts) {
        if ("vector" in part) one(uses.vectors, part.vector);
        else one(uses.numbers, part.number);
      }
    else if (made.do === "terms") one(uses.texts, made.text);
    else if (made.do === "cross") for (const part of made.parts) one(uses.texts, part);
    else {
      one(uses.vectors, made.input);
      // every output reads the whole input
      if (made.do !== "dot") one(uses.vectors, made.input);
    }
  };
  lowered.statements.forEach(statement);
  // an output and what follows from it read its slot
  for (const { kind, slot } of lowered.extras) {
    const counts = kind === "set" ? uses.vectors : uses.numbers;
    one(counts, slot);
    one(counts, slot);
  }
  return uses;
}
