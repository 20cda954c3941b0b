import type { Column, Frame } from "../columns.ts";
import type { ProgramInput, ProgramNode, Tensors, ValueRef } from "../model.ts";
import type { Prepared } from "../operators/operator.ts";
import { ProgramError } from "../problem.ts";
import { type CheckedNode, checkGraph } from "../validate.ts";
import { inputColumn } from "./input-columns.ts";

export interface PreparedNode {
  readonly node: CheckedNode;
  readonly prepared: Prepared;
}

/** What the policies for invalid inputs did to a frame: values taken for missing by input, and rows that abstain. */
export interface FrameMarks {
  readonly imputed: Map<string, number>;
  readonly missingInput: Uint8Array;
}

/** How a node is made ready; a compiled scorer has its own way for some. */
export type PrepareNode = (node: CheckedNode) => Prepared;

export const byOperator: PrepareNode = (node) => node.operator.prepare(node.types, node.attributes);

/** Makes a node ready that needs a runtime beside this package; nothing for others. See `externalRuntimes`. */
export type ExternalNodes = (node: CheckedNode) => Prepared | undefined;

export function prepareNodes(nodes: readonly CheckedNode[], prepare = byOperator): readonly PreparedNode[] {
  return nodes.map((node) => ({ node, prepared: prepare(node) }));
}

/** What a frame's values came to, to be taken again for a frame that shares columns (the very objects) with it. */
export interface KeptValues {
  readonly frame: Frame;
  readonly values: readonly (Column | undefined)[];
}

/** Columns of the values named by `refs`; only what they depend on is evaluated. */
export function evaluateRefs(
  inputs: readonly ProgramInput[],
  nodes: readonly PreparedNode[],
  frame: Frame,
  refs: readonly ValueRef[],
  marks?: FrameMarks,
): readonly Column[] {
  const values = evaluateValues(inputs, nodes, frame, refs, marks);
  return refs.map((ref) => values[ref]!);
}

/** Of each value its column, where `refs` depend on it; a value all of whose sources are those of `kept` is taken from there. */
export function evaluateValues(
  inputs: readonly ProgramInput[],
  nodes: readonly PreparedNode[],
  frame: Frame,
  refs: readonly ValueRef[],
  marks?: FrameMarks,
  kept?: KeptValues,
): readonly (Column | undefined)[] {
  const needed = new Uint8Array(inputs.length + nodes.length);
  for (const ref of refs) {
    if (!(ref >= 0 && ref < needed.length))
      throw new ProgramError("PROGRAM_GRAPH_INVALID", `There is no value ${ref}.`, "Name a value of the program.");
    needed[ref] = 1;
  }
  for (let k = nodes.length - 1; k >= 0; k--)
    if (needed[inputs.length + k] === 1) for (const ref of nodes[k]!.node.inputs) needed[ref] = 1;
  const before = kept?.frame.rows === frame.rows ? kept : undefined;
  const values: (Column | undefined)[] = inputs.map((input, i) => {
    if (needed[i] !== 1) return undefined;
    const own = before?.frame.columns.get(input.name) === frame.columns.get(input.name) ? before?.values[i] : undefined;
    return own ?? inputColumn(input, frame, marks);
  });
  nodes.forEach(({ node, prepared }, k) => {
    const at = inputs.length + k;
    const isKept = node.inputs.every((ref) => values[ref] === before?.values[ref]);
    values[at] =
      needed[at] === 1
        ? ((isKept ? before?.values[at] : undefined) ??
          prepared.columns(
            node.inputs.map((ref) => values[ref]!),
            frame.rows,
          ))
        : undefined;
  });
  return values;
}

/**
 * Columns of the values named by `refs` of a graph that has no outputs yet, such as a feature plan.
 *
 * Missing: as in docs/reference/program.md. Errors: those of `validateProgram`; PROGRAM_INPUT_INVALID: a column that
 * cannot be read as its input's type.
 */
export function evaluateGraph(
  graph: {
    readonly inputs: readonly ProgramInput[];
    readonly nodes: readonly ProgramNode[];
    readonly tensors: Tensors;
  },
  frame: Frame,
  refs: readonly ValueRef[],
  external?: ExternalNodes,
): readonly Column[] {
  const checked = checkGraph(graph.inputs, graph.nodes, graph.tensors);
  const prepared = prepareNodes(checked, (node) => external?.(node) ?? byOperator(node));
  return evaluateRefs(graph.inputs, prepared, frame, refs);
}
