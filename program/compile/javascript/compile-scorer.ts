import type { ExternalNodes } from "../../interpreter/evaluate.ts";
import { loadWith, type ProgramSource, type RowScore, readSource, type Scorer } from "../../interpreter/load.ts";
import type { RawRow } from "../../interpreter/row.ts";
import { forestColumns } from "../../operators/trees.ts";
import { ProgramError } from "../../problem.ts";
import type { CheckedNode } from "../../validate.ts";
import { lowerings } from "../lower/table.ts";
import { forestOf } from "../lower/vectors.ts";
import { lowerProgram } from "../lower.ts";
import type { Forest, Lowered } from "../model.ts";
import { printForest } from "./forest/print-forest.ts";
import { holdTables } from "./literals.ts";
import { printScorer } from "./print-scorer.ts";
import { InputError } from "./read-input.ts";
import * as runtime from "./runtime-entry.ts";

/**
 * A program as specialised code in this process: the same bits as `load`, several times as fast a row.
 *
 * Where the host forbids code from text (a page's content policy, some edge workers) it is `load`'s interpreter.
 *
 * ```ts
 * const scorer = compileScorer({ program, tensors });
 * scorer.score({ temperature: 21.5 }); // { score: 0.8, scores: { no: 0.2, yes: 0.8 }, prediction: "yes" }
 * ```
 *
 * Missing, errors: as `load`. The code is made of the program's numbers and escaped texts only.
 */
export function compileScorer(source: ProgramSource, external?: ExternalNodes): Scorer {
  const read = readSource(source);
  if (!mayCompile()) return loadWith(read, external);
  const interpreter = loadWith(read, external, compiledTrees);
  const lowered = nodesAreKnown(read.program.nodes) ? lowerProgram(read.program, read.tensors, "wide") : undefined;
  if (lowered === undefined) return interpreter;
  // Now, not at the first row: that may be a live request, which a large forest's tables would keep waiting.
  const score = buildScore(lowered);
  return {
    ...interpreter,
    score: (row) => {
      try {
        return score(row);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new ProgramError("PROGRAM_INPUT_INVALID", error.message, "Correct the row; `check` names its problems.");
      }
    },
  };
}

const nodesAreKnown = (nodes: readonly { readonly op: string }[]) => nodes.every(({ op }) => lowerings.has(op));

function compiledTrees(node: CheckedNode) {
  const prepared = node.operator.prepare(node.types, node.attributes);
  if (node.operator.op !== "trees") return prepared;
  const forest = forestOf(node.attributes);
  const width = node.types.length;
  let rows: ((x: Float64Array, rows: number, out: Float64Array) => void) | undefined;
  return {
    ...prepared,
    columns: forestColumns(width, forest.bases.length, (x, count, out) => {
      rows ??= buildRows(forest, width);
      rows(x, count, out);
    }),
  };
}

function buildScore(lowered: Lowered): (row: RawRow) => RowScore {
  const tables = holdTables();
  return build(`${printScorer(lowered, tables)}\nreturn score;`, tables);
}

function buildRows(forest: Forest, width: number): (x: Float64Array, rows: number, out: Float64Array) => void {
  const tables = holdTables();
  return build(`${printForest(forest, width, 0, tables).join("\n")}\nreturn forestRows0;`, tables);
}

function build<T>(body: string, { tables }: ReturnType<typeof holdTables>): T {
  const names = Object.keys(runtime);
  // The body is printed from a checked program: numbers, escaped texts, and names of the printer's own.
  return new Function("tables", ...names, `"use strict";\n${body}`)(tables, ...Object.values(runtime)) as T;
}

function mayCompile(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
