import type { Column, Frame } from "../columns.ts";
import { evaluateRefs } from "../interpreter/evaluate.ts";
import type { ValueRef } from "../model.ts";
import { inputGame } from "./input-game.ts";
import type { Explainer, ExplainOptions, Explanation, PreparedProgram } from "./model.ts";
import { frameOfRows } from "./rows.ts";
import { sourcesOf } from "./sources.ts";
import { unexplained } from "./terms.ts";

/** Explains any margin by its inputs, beside background rows. `what` names it where there are none. */
export function explainGame(
  { program, nodes, prepared }: PreparedProgram,
  start: ValueRef,
  what: string,
  { background, mostExact = 8 }: ExplainOptions,
): Explainer {
  const players = sourcesOf(nodes, program.inputs.length, start);
  if (background === undefined || background.rows === 0) throw unexplained(`${what}, without background rows`);
  const evaluated = (frame: Frame) => evaluateRefs(program.inputs, prepared, frame, [start])[0]!;
  const outputs = outputsOf(evaluated(background));
  const names = players.map((input) => program.inputs[input]!.name);
  const margin = (columns: readonly Column[], rows: number) =>
    marginsOf(evaluated({ rows, columns: new Map(columns.map((column, i) => [names[i]!, column])) }), rows, outputs);
  const columnsOf = (frame: Frame) => evaluateRefs(program.inputs, prepared, frame, players);
  const game = inputGame(margin, columnsOf(background), background.rows, outputs, mostExact);
  if (game === null) throw unexplained(`${what}, by background rows of which none has a margin`);
  const explainFrame = (frame: Frame): Explanation[] =>
    game.values(columnsOf(frame), frame.rows).map(({ shares, margin: own, errors }) => ({
      contributions: Object.fromEntries(names.map((name, i) => [name, shares[i]!])),
      base: [...game.base],
      margin: own,
      ...(errors !== undefined && { standardErrors: Object.fromEntries(names.map((name, i) => [name, errors[i]!])) }),
    }));
  return {
    inputs: names,
    method: game.exact ? "exactShapley" : "sampledShapley",
    base: [...game.base],
    explain: (raw) =>
      explainFrame(
        frameOfRows(
          players.map((input) => program.inputs[input]!),
          [raw],
        ),
      )[0]!,
    explainFrame,
    topTerms: () => ({}),
    topTermsFrame: (frame) => Array.from({ length: frame.rows }, () => ({})),
    importances: () => {
      throw unexplained(`the importances of ${what}, without rows`);
    },
  };
}

function outputsOf(column: Column): number {
  if (column.type === "string") throw unexplained("a margin of texts");
  return column.type === "vector" ? column.width : 1;
}

/** Row by row, NaN where the margin is missing. */
function marginsOf(column: Column, rows: number, outputs: number): Float64Array {
  if (column.type === "string") throw unexplained("a margin of texts");
  return Float64Array.from({ length: rows * outputs }, (_, at) =>
    column.missing?.[Math.floor(at / outputs)] === 1 ? Number.NaN : column.values[at]!,
  );
}
