import type { Program, ProgramInput } from "@millrace/program";
import { pruneProgram } from "@millrace/program/write";

/** A value of an example row: its input, its place among those that the model reads, and the value as text of JSON. */
export interface ExampleCell {
  readonly input: ProgramInput;
  readonly place: number;
  /** The value as a caller gives it: a number, text, true or false, or a list. */
  readonly json: string;
  /** A time in microseconds since 1970, true as 1: what languages without such types take. */
  readonly number: number;
}

const fewest = 3;

/** The inputs that a row may not lack, and a few more, with values that training saw. */
export function exampleRow(program: Program): readonly ExampleCell[] {
  const { inputs } = pruneProgram(program);
  const cells = inputs.map((input, place) => ({ input, place, ...exampleOf(input) }));
  const needed = cells.filter(({ input }) => !input.missingAllowed);
  const others = cells.filter(
    ({ input }) => input.missingAllowed && input.type !== "vector" && input.type !== "strings",
  );
  return [...needed, ...others.slice(0, Math.max(0, fewest - needed.length))].sort((a, b) => a.place - b.place);
}

function exampleOf({ type, domain, width = 1 }: ProgramInput): { readonly json: string; readonly number: number } {
  const [low, high] = [domain?.low ?? 0, domain?.high ?? domain?.low ?? 0];
  if (type === "string") return { json: JSON.stringify(domain?.levels?.[0] ?? "text"), number: 0 };
  if (type === "strings") return { json: '["text"]', number: 0 };
  if (type === "vector") return { json: JSON.stringify(new Array<number>(width).fill(0)), number: 0 };
  if (type === "bool") return { json: "true", number: 1 };
  if (type === "timestamp") {
    const ms = Math.floor(high / 1000);
    const known = Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : "1970-01-01T00:00:00Z";
    return { json: JSON.stringify(known), number: Date.parse(known) * 1000 };
  }
  const middle = low + (high - low) / 2;
  const number = type === "integer" ? Math.round(middle) : Number(middle.toPrecision(4));
  return { json: String(number), number };
}
