import { canonicalJson, type Program, programDigest, signatureOf, type Tensors } from "@millrace/program";
import { encodeProgram } from "@millrace/program/write";
import { type RandomStream, randomStream, shuffledIndices } from "#kernel";
import { boundariesOf } from "./boundaries.ts";
import { type Cell, type InputValues, inputValues } from "./values.ts";

/** A row as a CSV file holds it: the cell of each input by name, null where it is empty. */
export type GoldenRow = Readonly<Record<string, Cell>>;

/**
 * Rows made from the program alone, that every way to run it must score alike: usual values, and odd ones (each split's
 * boundary with its neighbours, missing, unseen levels, ±∞, −0, huge, denormal, odd Unicode). No row of anybody's data.
 *
 * ```ts
 * goldenRows(file.program, file.tensors, 1000).length; // 1000
 * ```
 *
 * Shapes: `count` rows; every cell can be read as its input's type. Missing: only where the input allows it.
 * Random: seeded by the program's content digest, so the same program always gives the same rows.
 */
export function goldenRows(program: Program, tensors: Tensors, count: number): readonly GoldenRow[] {
  const encoded = encodeProgram(program, tensors);
  const digest = programDigest(encoded.json, encoded.tensors, canonicalJson(signatureOf(program)));
  const random = randomStream(0, `golden/${digest}`);
  const { numbers, texts } = boundariesOf(program, tensors);
  const columns = program.inputs.map((input, i) => {
    const own = random.fork(input.name);
    return { name: input.name, next: cellsOf(inputValues(input, numbers[i]!, texts[i]!), own) };
  });
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map(({ name, next }) => [name, next(row)])),
  );
}

/** Three cells in five are odd, each of them once before any comes again; the first row is odd throughout. */
function cellsOf({ odd, usual }: InputValues, random: RandomStream): (row: number) => Cell {
  const order = shuffledIndices(odd.length, random);
  let place = 0;
  return (row) => {
    if (row === 0 && odd.length > 0) return odd[0]!;
    if (odd.length === 0 || random.integer(5) >= 3) return usual(random);
    return odd[order[place++ % odd.length]!]!;
  };
}
