import { countedOf } from "../report/shown.ts";
import type { ErrorNode, ErrorTree } from "./grow-error-tree.ts";

/** An error tree as indented lines, each branch with its rows and mean loss. */
export function renderErrorTree({ root, loss }: ErrorTree): string[] {
  const said = ({ rows, meanLoss }: ErrorNode) =>
    `${countedOf(rows, "row")}, ${loss} ${meanLoss === null ? "–" : Number(meanLoss.toPrecision(3))}`;
  const lines = (node: ErrorNode, depth: number): string[] => {
    if (node.split === undefined) return [];
    const { name, holds, others } = node.split;
    const indent = "  ".repeat(depth);
    return [
      `${indent}${name}: ${said(holds)}`,
      ...lines(holds, depth + 1),
      `${indent}otherwise: ${said(others)}`,
      ...lines(others, depth + 1),
    ];
  };
  return [`all: ${said(root)}`, ...lines(root, 1)];
}
