import type { ErrorNode, ErrorTree } from "./grow-error-tree.ts";

/** An error tree as indented lines, each branch with its rows and mean loss. */
export function renderErrorTree({ root, loss }: ErrorTree): string[] {
  const said = ({ rows, meanLoss }: ErrorNode) =>
    `${rows.toLocaleString("en-US")} rows, ${loss} ${meanLoss === null ? "–" : Number(meanLoss.toPrecision(3))}`;
  const lines = (node: ErrorNode, depth: number): string[] => {
    if (node.split === undefined) return [];
    const { column, value, holds, others } = node.split;
    const indent = "  ".repeat(depth);
    return [
      `${indent}${column} = ${value}: ${said(holds)}`,
      ...lines(holds, depth + 1),
      `${indent}otherwise: ${said(others)}`,
      ...lines(others, depth + 1),
    ];
  };
  return [`all: ${said(root)}`, ...lines(root, 1)];
}
