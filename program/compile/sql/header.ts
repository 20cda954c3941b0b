import type { CompileOptions, Lowered } from "../model.ts";
import type { Dialect } from "./dialect.ts";

/** Printable ASCII only, so that a comment's line ends where it should. */
const plain = (text: string) => text.replace(/[^\x20-\x7e]/g, "?");

export function headerOf({ inputs, program }: Lowered, dialect: Dialect, options: CompileOptions): string {
  const version = options.version === undefined ? "" : `, version ${options.version}`;
  const lines = [
    `${options.name}${version}: scores the rows of the table "input" (${dialect.title}).`,
    ...(options.digest === undefined ? [] : [`Content digest of the program: ${options.digest}`]),
    "",
    "One row a row of the table. Tables have no order: " +
      (options.idColumn === undefined
        ? "export with an id column to know which row is which."
        : "the id column says which row is which."),
    "Missing is NULL; so are NaN and empty text. A value that cannot be read ends the statement.",
    "Columns that are read:",
    ...inputs.map(
      ({ input }) =>
        `  ${JSON.stringify(input.name)}: ${input.type} (${dialect.reads[input.type as keyof typeof dialect.reads]})`,
    ),
    `Task: ${program.outputs.task}.`,
    ...(dialect.name === "postgres"
      ? ["Best run with SET jit = off: compiling so long a statement takes longer than running it."]
      : []),
  ];
  return lines.map((line) => `${plain(line === "" ? "--" : `-- ${line}`)}\n`).join("");
}
