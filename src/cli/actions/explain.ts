import { type Frame, type JsonObject, ProgramError } from "@millrace/program";
import { type Explainer, type Explanation, type ExplanationMethod, explain } from "@millrace/program/explain";
import { selectRows } from "#dataset";
import { MillraceError, platformRuntimes } from "#kernel";
import type { Action } from "../command.ts";
import { asksOtherwise, explainOtherwise } from "../explanations/explain-otherwise.ts";
import { optionInvalid, textOption } from "../options.ts";
import { type LoadedModel, loadModel } from "../read/load-model.ts";
import { readForModel } from "../read/read-for-model.ts";
import { table } from "../show/table.ts";
import { termLines } from "../show/term-lines.ts";
import { writeText } from "../show/write-text.ts";

const shownInputs = 20;
/** Rows between two words of progress, where each is scored thousands of times. */
const playedATurn = 16;

/** What each input adds to the scores: over all rows, and with `--out` or `--json` row by row. */
export const explainCommand: Action = async (context, reference = "", data) => {
  const { terminal, options } = context;
  const model = await loadModel(context, reference);
  const { outputs } = model.scorer.program;
  const names = outputs.task === "multiclass" ? outputs.classes! : ["margin"];
  if (asksOtherwise(context)) {
    if (data === undefined)
      throw optionInvalid("This explanation needs rows.", `Name them: millrace explain ${reference} data.csv …`);
    const { said, lines } = await explainOtherwise(context, model, data);
    terminal.result(said, () => [...lines]);
    return 0;
  }
  if (data === undefined) {
    const importances = ranked(explainerOf(model, reference).importances());
    const said = { model: reference, by: "gain", importances };
    terminal.result(said, () => importanceLines(importances, "share of what the splits explain in the training rows"));
    return 0;
  }
  const frame = await readForModel(context, model, data);
  const { explainer, background } = explainerFor(model, reference, frame);
  const rows = explainRows(explainer, frame, (done) => terminal.progress("explaining rows", done, frame.rows));
  const importances = ranked(meanAmounts(explainer, rows));
  const topTerms = explainer.topTermsFrame(frame);
  const hasTexts = topTerms.some((terms) => Object.keys(terms).length > 0);
  const said: JsonObject = {
    model: reference,
    by: "meanAbsoluteContribution",
    rows: rows.length,
    method: explainer.method,
    background,
    outputs: [...names],
    base: [...explainer.base],
    importances,
  };
  const out = textOption(options, "out");
  if (out !== undefined) await writeText(out, contributionsCsv(explainer, rows, names));
  const each =
    out === undefined
      ? {
          contributions: rows.map(({ contributions, margin, standardErrors }, row) => ({
            contributions,
            margin,
            ...(standardErrors !== undefined && { standardErrors }),
            ...(hasTexts && { topTerms: topTerms[row]! }),
          })),
        }
      : { out };
  terminal.result(JSON.parse(JSON.stringify({ ...said, ...each })) as JsonObject, () => [
    ...importanceLines(
      importances,
      `mean amount that an input moves the ${outputs.task === "binary" ? "log-odds" : "margin"} of ${rows.length} rows`,
    ),
    ...termLines(topTerms, outputs.classes ?? []),
    "",
    `Without knowing anything of a row the margin is ${explainer.base.map((one) => one.toPrecision(5)).join(", ")}.`,
    `${methodWords[explainer.method]}.`,
    ...errorLines(rows),
    background === "data"
      ? "What a row adds is told beside the file's own rows: the model keeps nothing of its training rows that says it."
      : "Contributions are beside the training rows, which the model keeps counts of.",
    ...(out === undefined
      ? ["Write the contributions of each row with --out, or see them with --json."]
      : [`Wrote ${out}.`]),
  ]);
  return 0;
};

function explainRows({ explainFrame, method }: Explainer, frame: Frame, progress: (done: number) => void) {
  if (method !== "exactShapley" && method !== "sampledShapley") return explainFrame(frame);
  const rows: Explanation[] = [];
  while (rows.length < frame.rows) {
    const [from, to] = [rows.length, rows.length + playedATurn];
    const wanted = Uint8Array.from({ length: frame.rows }, (_, row) => (row >= from && row < to ? 1 : 0));
    rows.push(...explainFrame(selectRows(frame, wanted)));
    progress(rows.length);
  }
  return rows;
}

const methodWords: Readonly<Record<ExplanationMethod, string>> = {
  treeShap: "Method: exact Shapley values of trees (TreeSHAP, path-dependent)",
  interventionalTreeShap: "Method: exact Shapley values of trees (TreeSHAP, interventional)",
  linearShap: "Method: exact Shapley values of a linear model, weight times distance from the mean",
  treeAndLinearShap: "Method: exact Shapley values of trees and linear models, added",
  interventionalTreeAndLinearShap: "Method: exact Shapley values of trees and linear models, added (interventional)",
  exactShapley: "Method: exact Shapley values, every set of inputs tried beside at most 25 rows",
  sampledShapley: "Method: Shapley values from drawn orders of the inputs, beside at most 25 rows",
};

/** How far drawn contributions may be off, in the typical and the worst case. */
function errorLines(rows: readonly Explanation[]): string[] {
  const errors = rows
    .flatMap(({ standardErrors = {} }) => Object.values(standardErrors).flat())
    .filter(Number.isFinite);
  if (errors.length === 0) return [];
  const sorted = errors.toSorted((a, b) => a - b);
  const [middle, most] = [sorted[sorted.length >> 1]!, sorted.at(-1)!].map((one) => one.toPrecision(2));
  return [`The draw may put a contribution off by ${middle} (typical standard error; the greatest is ${most}).`];
}

/** By itself where the model keeps what is needed, else with the data's rows for the training rows. */
function explainerFor(model: LoadedModel, reference: string, frame: Frame) {
  const alone = keepsCounts(model) ? explainerAlone(model) : undefined;
  if (alone !== undefined) return { explainer: alone, background: "training" };
  return { explainer: explainerOf(model, reference, frame), background: "data" };
}

function keepsCounts({ own }: LoadedModel): boolean {
  const { nodes } = own.program;
  return (
    nodes.some(({ op }) => op === "trees") &&
    nodes.every(({ op, attributes }) => op !== "linear" && (op !== "trees" || attributes.leafCover !== undefined))
  );
}

/** Undefined where the counts are not enough: the margin is no sum of trees, as that of a stack or of shares. */
function explainerAlone({ own }: LoadedModel): Explainer | undefined {
  try {
    return explain(own, { external: platformRuntimes });
  } catch (error) {
    if (error instanceof ProgramError && error.code === "PROGRAM_TARGET_UNSUPPORTED") return undefined;
    throw error;
  }
}

function explainerOf(model: LoadedModel, reference: string, background?: Frame): Explainer {
  const { own } = model;
  try {
    const explainer = explain(own, {
      external: platformRuntimes,
      ...(background === undefined ? {} : { background }),
    });
    if (background === undefined) explainer.importances();
    return explainer;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new MillraceError("CLI_EXPLAIN_IMPOSSIBLE", {
      message: `${reference} cannot be explained${background === undefined ? " without data" : ""}: ${error.message}`,
      next:
        background === undefined
          ? `Give rows: \`millrace explain ${reference} data.csv\`${keepsCounts(model) ? "" : "; or train with --explanations"}.`
          : "Correct the rows, or look at the model from outside: --effects, --permutation.",
      facts: { reason: error.code },
      cause: error,
    });
  }
}

function meanAmounts({ inputs }: Explainer, rows: readonly Explanation[]): Record<string, number> {
  return Object.fromEntries(
    inputs.map((input) => {
      const known = rows.filter(({ margin }) => !margin.some(Number.isNaN));
      const sum = known.reduce(
        (total, { contributions }) => total + contributions[input]!.reduce((all, one) => all + Math.abs(one), 0),
        0,
      );
      return [input, known.length === 0 ? 0 : sum / known.length];
    }),
  );
}

function ranked(amounts: Readonly<Record<string, number>>): { input: string; importance: number }[] {
  return Object.entries(amounts)
    .map(([input, importance]) => ({ input, importance }))
    .sort((a, b) => b.importance - a.importance);
}

function importanceLines(importances: readonly { input: string; importance: number }[], what: string): string[] {
  const rows = importances.slice(0, shownInputs).map(({ input, importance }) => [input, importance.toPrecision(4)]);
  const more = importances.length > shownInputs ? [`… and ${importances.length - shownInputs} more inputs`] : [];
  return [...table(rows, { header: ["input", what] }), ...more];
}

/** `base`, then an input's contribution a column; of several classes `class: input`. */
function* contributionsCsv(
  { inputs, base }: Explainer,
  rows: readonly Explanation[],
  names: readonly string[],
): Generator<string> {
  const of = (k: number, what: string) => quoted(names.length === 1 ? what : `${names[k]}: ${what}`);
  yield `${base.flatMap((_, k) => [of(k, "base"), ...inputs.map((input) => of(k, input))]).join(",")}\n`;
  for (const { contributions } of rows)
    yield `${base.flatMap((value, k) => [value, ...inputs.map((input) => contributions[input]![k]!)]).join(",")}\n`;
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
