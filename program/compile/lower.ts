import type { Program, Tensors } from "../model.ts";
import { extraOutputs } from "../outputs.ts";
import { ProgramError } from "../problem.ts";
import { pruneProgram } from "../prune.ts";
import { checkProgram } from "../validate.ts";
import { type Leaves, LoweringBuilder, type Value } from "./lower/builder.ts";
import { graphs } from "./lower/graphs.ts";
import { lowerings } from "./lower/table.ts";
import { lowerAbstention } from "./lower/uncertainty.ts";
import type { Lowered, LoweredExtra, LoweredInput, LoweredWithGraphs } from "./model.ts";

/**
 * A program in the forms that compilers print; it computes the interpreter's bits.
 *
 * `leaves`: whether forests keep a number for each class in a leaf, which a target must know how to print.
 * Missing: as in `Lowered`. Errors: those of `validateProgram`; PROGRAM_TARGET_UNSUPPORTED: an operator that only the
 * interpreter knows, trees that are too large to be held once for each class.
 */
export function lowerProgram(program: Program, tensors: Tensors, leaves: Leaves = "single"): Lowered {
  // without the lowerings of graphs, no statement is one
  return lowerBy(lowerings, program, tensors, leaves) as Lowered;
}

/** As `lowerProgram`; ONNX graphs within the program become statements too. */
export function lowerWithGraphs(program: Program, tensors: Tensors): LoweredWithGraphs {
  return lowerBy(new Map([...lowerings, ...Object.entries(graphs)]), program, tensors, "single");
}

function lowerBy(known: typeof lowerings, program: Program, tensors: Tensors, leaves: Leaves): LoweredWithGraphs {
  const pruned = pruneProgram(program);
  const nodes = checkProgram(pruned, tensors);
  const builder = new LoweringBuilder(leaves);
  const inputs: LoweredInput[] = [];
  const values: Value[] = [];
  for (const input of pruned.inputs) {
    const value = builder.inputSlot(input);
    values.push(value);
    // where a missing value makes the row abstain, it is read like one that may be missing
    const read = input.invalid === "abstain" ? { ...input, missingAllowed: true } : input;
    inputs.push(
      value.type === "string"
        ? { input: read, text: value.slot }
        : value.type === "vector"
          ? { input: read, vector: value.slot }
          : { input: read, number: value.slot },
    );
  }
  for (const node of nodes) {
    const lower = known.get(node.operator.op);
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
  const extras = extraOutputs(pruned.outputs).map(({ kind, name, column, ref }): LoweredExtra => {
    if (kind === "reason") {
      const domain = pruned.outputs.outOfDomain;
      const read = pruned.inputs.map((input, i) => ({ input, value: values[i]! }));
      const outOfDomain = domain === undefined ? undefined : values[domain.score];
      return { kind, name, column, slot: lowerAbstention(builder, pruned, read, score, outOfDomain) };
    }
    return { kind, name, column, slot: values[ref]!.slot };
  });
  return {
    program: pruned,
    inputs,
    extras,
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
