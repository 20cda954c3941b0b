import type { Program } from "@millrace/program";

/** A column that numbers the rows of a table, because a database answers in whatever order it likes; no input has its name. */
export function rowColumn({ inputs }: Program): string {
  const taken = new Set(inputs.map(({ name }) => name.toLowerCase()));
  let name = "row_number";
  while (taken.has(name)) name += "_";
  return name;
}
