import type { Frame } from "../columns.ts";
import { evaluateGraph } from "../interpreter/evaluate.ts";
import type { Program, Tensor, Tensors } from "../model.ts";
import { leafWidth } from "../operators/trees.ts";
import { checkProgram } from "../validate.ts";
import { forestOf, leafOf } from "./terms.ts";

/** The program with the rows of a frame counted in each leaf of its trees, so that it can be explained by itself. */
export function withLeafCovers(
  { program, tensors }: { readonly program: Program; readonly tensors: Tensors },
  frame: Frame,
): { readonly program: Program; readonly tensors: Tensors } {
  const checked = checkProgram(program, tensors);
  const made = new Map<string, Tensor>(tensors);
  let format = program.format;
  const nodes = program.nodes.map((node, n) => {
    const { operator, attributes } = checked[n]!;
    if (operator.op !== "trees") return node;
    const columns = evaluateGraph({ inputs: program.inputs, nodes: program.nodes, tensors }, frame, node.inputs);
    const cover = new Float64Array(attributes.f64("leafValue").length);
    const forest = forestOf(attributes, cover);
    const x = new Float64Array(columns.length);
    for (let row = 0; row < frame.rows; row++) {
      columns.forEach((column, k) => {
        if (column.type === "string") throw new TypeError("A tree reads numbers.");
        x[k] = column.missing?.[row] === 1 ? Number.NaN : column.values[row]!;
      });
      for (const root of forest.roots) {
        const leaf = leafOf(forest, root, x);
        cover[leaf] = cover[leaf]! + 1;
      }
    }
    const name = `cover.${n}`;
    // The trees of all classes have the same rows where they share leaves.
    made.set(name, { type: "f64", values: cover.slice(0, cover.length / leafWidth(attributes)) });
    format = 2;
    return { ...node, attributes: { ...node.attributes, leafCover: { tensor: name } } };
  });
  return { program: { ...program, format, nodes }, tensors: made };
}
