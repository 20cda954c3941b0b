import { type Column, cos, type Frame, log } from "@millrace/program";
import { type RandomStream, randomStream } from "#kernel";
import { columnNamed, withColumn } from "../explain/columns.ts";
import type { ScoredModel } from "../explain/model.ts";

export type PerturbationKind = "noise" | "missing" | "unit" | "typo";

/** Rows as they would come with a fault, and which inputs have it; `null` where no input can have it. */
export interface Perturbed {
  readonly frame: Frame;
  readonly inputs: readonly string[];
}

/**
 * Each number moved by normal noise of `share` of its standard deviation. Random: keyed by the seed and the input's name.
 * Whole numbers stay whole, so a small noise may leave them as they are.
 */
export function addNoise(model: ScoredModel, frame: Frame, share: number, seed: number): Perturbed {
  return perturbEach(model, frame, (column, input) => {
    if (column.type !== "number" && column.type !== "integer") return null;
    const random = randomStream(seed, `noise/${input}`);
    const spread = share * deviationOf(column.values, column.missing);
    const values = column.values.map((value) => {
      const moved = value + spread * normal(random);
      return column.type === "integer" ? Math.round(moved) : moved;
    });
    return { ...column, values };
  });
}

/** A share of the values of each input that may be missing, lost. Random: keyed by the seed and the input's name. */
export function loseValues(model: ScoredModel, frame: Frame, share: number, seed: number): Perturbed {
  return perturbEach(model, frame, (column, input) => {
    if (!model.mayMiss.has(input)) return null;
    const random = randomStream(seed, `missing/${input}`);
    const lost = Uint8Array.from({ length: frame.rows }, () => (random.uniform() < share ? 1 : 0));
    if (column.type === "string") return { ...column, codes: column.codes.map((code, row) => (lost[row] ? -1 : code)) };
    const missing = lost.map((one, row) => one | (column.missing?.[row] ?? 0));
    if (column.type === "vector") return { ...column, missing };
    // A missing row's value is 0 and is not to be read.
    const values = column.values.map((value, row) => (missing[row] === 1 ? 0 : value));
    return { ...column, values, missing } as Column;
  });
}

/** One number in another unit in every row: as if metres came as kilometres. `null` where the input is no number. */
export function changeUnit(frame: Frame, input: string, factor: number): Perturbed | null {
  const column = columnNamed(frame, input);
  if (column.type !== "number" && column.type !== "integer") return null;
  const values = column.values.map((value) => value * factor);
  return { frame: withColumn(frame, input, { ...column, type: "number", values }), inputs: [input] };
}

/** Two neighbouring letters swapped in a share of the texts. Random: keyed by the seed and the input's name. */
export function mistype(model: ScoredModel, frame: Frame, share: number, seed: number): Perturbed {
  return perturbEach(model, frame, (column, input) => {
    if (column.type !== "string") return null;
    const random = randomStream(seed, `typo/${input}`);
    const levels = [...column.levels];
    const places = new Map(levels.map((level, code) => [level, code]));
    const codes = column.codes.map((code) => {
      if (code < 0 || random.uniform() >= share) return code;
      const typed = swapLetters(column.levels[code]!, random);
      let place = places.get(typed);
      if (place === undefined) {
        place = levels.length;
        places.set(typed, place);
        levels.push(typed);
      }
      return place;
    });
    return { type: "string", levels, codes };
  });
}

function perturbEach(
  model: ScoredModel,
  frame: Frame,
  change: (column: Column, input: string) => Column | null,
): Perturbed {
  const columns = new Map(frame.columns);
  const inputs: string[] = [];
  for (const input of model.inputs) {
    const changed = change(columnNamed(frame, input), input);
    if (changed === null) continue;
    columns.set(input, changed);
    inputs.push(input);
  }
  return { frame: { rows: frame.rows, columns }, inputs };
}

function swapLetters(text: string, random: RandomStream): string {
  const letters = [...text];
  if (letters.length < 2) return `${text}${text}`;
  const at = Math.floor(random.uniform() * (letters.length - 1));
  [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
  const typed = letters.join("");
  // Equal letters swapped are no typo: one of them is lost instead.
  return typed === text ? letters.toSpliced(at, 1).join("") : typed;
}

/** Standard deviation of the values that are there. */
function deviationOf(values: Float64Array, missing: Uint8Array | undefined): number {
  let [count, sum] = [0, 0];
  values.forEach((value, row) => {
    if (missing?.[row] === 1) return;
    count++;
    sum += value;
  });
  if (count < 2) return 0;
  const mean = sum / count;
  let squares = 0;
  values.forEach((value, row) => {
    if (missing?.[row] !== 1) squares += (value - mean) ** 2;
  });
  return Math.sqrt(squares / (count - 1));
}

/** Box–Muller. */
function normal(random: RandomStream): number {
  const radius = Math.sqrt(-2 * log(1 - random.uniform()));
  return radius * cos(2 * Math.PI * random.uniform());
}
