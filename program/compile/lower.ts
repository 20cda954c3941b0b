import type { Program, Tensors } from "../model.ts";
import { ProgramError } from "../problem.ts";
import { pruneProgram } from "../prune.ts";
import { checkProgram } from "../validate.ts";
import { LoweringBuilder, type Value } from "./lower/builder.ts";
import { lowerings } from "./lower/table.ts";
import type { Lowered, LoweredInput } from "./model.ts";

/**
 * A program in the forms that compilers print; it computes the interpreter's bits.
 *
 * Missing: as in `Lowered`. Errors: those of `validateProgram`; PROGRAM_TARGET_UNSUPPORTED: an operator that only the
 * interpreter knows.
 */
export function lowerProgram(program: Program, tensors: Tensors): Lowered {
  const pruned = pruneProgram(program);
  const nodes = checkProgram(pruned, tensors);
  const builder = new LoweringBuilder();
  const inputs: LoweredInput[] = [];
  const values: Value[] = [];
  for (const input of pruned.inputs) {
    const value = builder.inputSlot(input);
    values.push(value);
    inputs.push(
      value.type === "string"
        ? { input, text: value.slot }
        : value.type === "vector"
          ? { input, vector: value.slot }
          : { input, number: value.slot },
    );
  }
  for (const node of nodes) {
    const lower = lowerings.get(node.operator.op);
    if (lower === undefined) throw unsupported(`the operator "${node.operator.op}"`);
    values.push(
      lower({
        builder,
        inputs: node.inputs.map((ref) => values[ref]!),
        attributes: node.attributes,
        result: node.result,
      }),
    );
  }
  const score = values[pruned.outputs.score]!;
  if (score.type === "string") throw unsupported("a text as score");
  return {
    program: pruned,
    inputs,
    ...builder.built(),
    score: score.type === "vector" ? { vector: score.slot } : { number: score.slot },
  };
}

export function unsupported(what: string, target = "Compiled code"): ProgramError {
  return new ProgramError(
    "PROGRAM_TARGET_UNSUPPORTED",
    `${target} cannot express ${what}.`,
    "Export to another target, or train again without it.",
  );
}
