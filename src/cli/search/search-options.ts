import type { AutomlRequest } from "#learn";
import type { ActionContext } from "../command.ts";
import { listOption, numberOption, optionInvalid, sizeOption, textOption, wordOption } from "../options.ts";

type Options = ActionContext["options"];
type Searched = Pick<
  AutomlRequest,
  "search" | "passOver" | "columnCosts" | "accept" | "costs" | "constraints" | "sensitive" | "waive" | "segments"
>;

/**
 * How to search, and what the model must hold to.
 *
 * Errors: CLI_OPTION_INVALID.
 */
export function searchOptions(options: Options): Searched {
  const accept = amountOption(options, "accept", "--accept", "0.9");
  const costs = costsOption(listOption(options, "costs"));
  const sensitive = listOption(options, "sensitive");
  const maxScoreMicros = amountOption(options, "maxLatency", "--max-latency", "50 (microseconds a row)");
  const maxSizeBytes = sizeOption(textOption(options, "maxSize"), "--max-size", "200kB");
  const maxColumnCost = amountOption(options, "maxColumnCost", "--max-column-cost", "20");
  const columnCosts = columnCostsOption(listOption(options, "columnCosts"));
  if (maxColumnCost !== undefined && Object.keys(columnCosts).length === 0)
    throw optionInvalid("--max-column-cost does not know what columns cost.", "Say it: --column-costs lab=5,scan=40.");
  const maxFairnessGap = amountOption(options, "maxFairnessGap", "--max-fairness-gap", "0.1");
  if (maxFairnessGap !== undefined && sensitive.length === 0)
    throw optionInvalid(
      "--max-fairness-gap has no groups to compare.",
      "Name the columns that make them with --sensitive.",
    );
  return {
    search: wordOption(textOption(options, "search") ?? "bayesian", "--search", ["bayesian", "random", "grid"]),
    passOver: numbersOption(listOption(options, "passOver")),
    ...(accept === undefined ? {} : { accept }),
    ...(costs === undefined ? {} : { costs }),
    sensitive: [...sensitive],
    waive: [...listOption(options, "waive")],
    columnCosts,
    ...segmentsOption(textOption(options, "segments")),
    constraints: {
      interpretable: options.interpretable === true,
      monotone: monotoneOption(listOption(options, "monotone")),
      ...(maxScoreMicros === undefined ? {} : { maxScoreMicros }),
      ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }),
      ...(options.maxColumns === undefined
        ? {}
        : { maxColumns: numberOption(options, "maxColumns", { low: 1, high: 100_000 }) }),
      ...(maxColumnCost === undefined ? {} : { maxColumnCost }),
      ...(maxFairnessGap === undefined ? {} : { maxFairnessGap }),
    },
  };
}

/** What judges the trials: folds by the data, unless rows are split by time. Errors: CLI_OPTION_INVALID. */
export function foldsOf(options: Options, time: string | undefined): "auto" | number {
  const typed = textOption(options, "folds");
  if (typed === undefined) return time === undefined ? "auto" : 0;
  if (typed === "auto" && time === undefined) return "auto";
  const folds = Number(typed);
  if (folds === 0 || (Number.isInteger(folds) && folds >= 2 && folds <= 20 && time === undefined)) return folds;
  throw optionInvalid(
    time === undefined
      ? `--folds is "${typed.slice(0, 80)}"; it must be auto, 0 (validation rows) or 2 to 20.`
      : "--folds would judge earlier rows by later ones: with --time the validation rows judge.",
    time === undefined ? "Write it as --folds 5." : "Leave --folds out.",
  );
}

/** The share of rows that the search never sees. Errors: CLI_OPTION_INVALID. */
export function holdoutOf(options: Options): number {
  const typed = textOption(options, "holdout");
  const share = Number(typed ?? 0.2);
  if (share >= 0 && share <= 0.5) return share;
  throw optionInvalid(`--holdout is "${typed?.slice(0, 80)}"; it must be a share up to 0.5.`, "Write it as 0.2.");
}

function amountOption(options: Options, name: string, flag: string, example: string): number | undefined {
  const typed = textOption(options, name);
  if (typed === undefined) return undefined;
  const value = Number(typed);
  if (Number.isFinite(value) && (name === "accept" || value > 0)) return value;
  throw optionInvalid(`${flag} is "${typed.slice(0, 80)}", which is no amount.`, `Write it as ${example}.`);
}

function numbersOption(typed: readonly string[]): number[] {
  const wrong = typed.find((one) => !/^[1-9]\d{0,8}$/.test(one));
  if (wrong === undefined) return typed.map(Number);
  throw optionInvalid(
    `--pass-over names "${wrong.slice(0, 80)}", which is no number of a plan.`,
    "Write the numbers that the search told: --pass-over 31,35.",
  );
}

function costsOption(pairs: readonly string[]): AutomlRequest["costs"] {
  if (pairs.length === 0) return undefined;
  const found = new Map(pairs.map((pair) => pair.split("=", 2) as [string, string]));
  const [falsePositive, falseNegative] = [Number(found.get("alarm")), Number(found.get("miss"))];
  if (found.size === 2 && falsePositive >= 0 && falseNegative >= 0) return { falsePositive, falseNegative };
  throw optionInvalid(
    `--costs is "${pairs.join(",").slice(0, 80)}"; it must name the cost of a false alarm and of a miss.`,
    "Write it as alarm=1,miss=5.",
  );
}

/** A column, and perhaps the fewest rows of a segment: store or store=500. */
function segmentsOption(typed: string | undefined): Pick<Searched, "segments"> {
  if (typed === undefined) return {};
  const [, column = "", rows] = /^(.*?)(?:=(\d+))?$/.exec(typed)!;
  if (column === "" || (rows !== undefined && Number(rows) < 40))
    throw optionInvalid(
      `--segments is "${typed.slice(0, 80)}"; it must name a column, and perhaps the fewest rows of a segment (at least 40).`,
      "Write it as store, or store=500.",
    );
  return { segments: { column, ...(rows === undefined ? {} : { leastRows: Number(rows) }) } };
}

function columnCostsOption(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf("=");
      const cost = Number(pair.slice(at + 1));
      if (at > 0 && cost >= 0 && pair.slice(at + 1).trim() !== "") return [pair.slice(0, at), cost];
      throw optionInvalid(
        `--column-costs has "${pair.slice(0, 80)}"; it must give the cost of a column.`,
        "Write it as lab=5,scan=40.",
      );
    }),
  );
}

function monotoneOption(pairs: readonly string[]): Record<string, 1 | -1> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf("=");
      const way = pair.slice(at + 1);
      if (at > 0 && (way === "up" || way === "down")) return [pair.slice(0, at), way === "up" ? 1 : -1];
      throw optionInvalid(
        `--monotone has "${pair.slice(0, 80)}"; it must say up or down of a column.`,
        "Write it as income=up,debt=down.",
      );
    }),
  );
}
