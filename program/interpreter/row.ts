import type { ProgramInput, ValueRef } from "../model.ts";
import { type Cell, emptyCell, typeOfInput } from "../operators/operator.ts";
import { ProgramError } from "../problem.ts";
import type { PreparedNode } from "./evaluate.ts";
import { Unreadable, type ValueReader } from "./values.ts";

/** A raw row: values by column name, as JSON or CSV gives them. */
export type RawRow = Readonly<Record<string, unknown>>;

/** What the policy for invalid inputs did to a row. */
export interface RowMarks {
  /** Inputs whose values could not be read, and count as missing. */
  imputed: string[];
  missingInput: boolean;
}

/** Evaluates one row at a time up to some values; their cells are overwritten by the next row. */
export function rowEvaluator(
  inputs: readonly ProgramInput[],
  readers: readonly ValueReader[],
  nodes: readonly PreparedNode[],
  targets: readonly ValueRef[],
): { readonly run: (row: RawRow) => void; readonly cells: readonly Cell[]; readonly marks: RowMarks } {
  const needed = new Uint8Array(inputs.length + nodes.length);
  for (const ref of targets) needed[ref] = 1;
  const marks: RowMarks = { imputed: [], missingInput: false };
  for (let k = nodes.length - 1; k >= 0; k--)
    if (needed[inputs.length + k] === 1) for (const ref of nodes[k]!.node.inputs) needed[ref] = 1;
  const cells: Cell[] = [
    ...inputs.map((input) => emptyCell(typeOfInput(input))),
    ...nodes.map(({ node }) => emptyCell(node.result)),
  ];
  const steps: (() => void)[] = [];
  nodes.forEach(({ node, prepared }, k) => {
    if (needed[inputs.length + k] === 1)
      steps.push(
        prepared.cells(
          node.inputs.map((ref) => cells[ref]!),
          cells[inputs.length + k]!,
        ),
      );
  });
  const run = (row: RawRow) => {
    if (marks.imputed.length > 0) marks.imputed = [];
    marks.missingInput = false;
    for (let i = 0; i < inputs.length; i++)
      if (needed[i] === 1) fillInput(inputs[i]!, readers[i]!, row, cells[i]!, marks);
    for (let k = 0; k < steps.length; k++) steps[k]!();
  };
  return { run, cells: targets.map((ref) => cells[ref]!), marks };
}

function fillInput(input: ProgramInput, read: ValueReader, row: RawRow, cell: Cell, marks: RowMarks): void {
  const value = read(Object.hasOwn(row, input.name) ? row[input.name] : undefined);
  cell.missing = value === null;
  if (typeof value === "number") cell.number = value;
  else if (typeof value === "string") cell.text = value;
  else if (value instanceof Float64Array) cell.vector.set(value);
  else if (value instanceof Unreadable) {
    if (input.invalid === undefined) throw invalid(input, value.reason);
    cell.missing = true;
    if (input.invalid === "impute") marks.imputed.push(input.name);
    else marks.missingInput = true;
  } else if (input.invalid === "abstain") marks.missingInput = true;
  else if (!input.missingAllowed) throw invalid(input, "may not be missing");
}

function invalid(input: ProgramInput, reason: string): ProgramError {
  return new ProgramError(
    "PROGRAM_INPUT_INVALID",
    `The value of "${input.name}" ${reason}.`,
    "Correct the row; `check` names its problems.",
  );
}
