import type { Column, Frame, JsonObject, JsonValue } from "@millrace/program";
import { ProgramError } from "@millrace/program";
import { explain } from "@millrace/program/explain";
import { platformRuntimes, type RandomStream, randomStream, shuffledIndices } from "#kernel";
import { fewestRowsTold } from "./explore-inputs.ts";
import { presentSorted } from "./partial-dependence.ts";

const count = 25;
/** The outermost values of a number are left out: they could be one row's. */
const trim = 0.05;
const microsADay = 86_400_000_000;

/**
 * Rows to explain a model beside where the training rows are not at hand, such as at an endpoint. Each is made up: every input
 * takes a usual value by its share (of texts, truth values and numbers one that ten rows have; else of numbers the middle 90 %, to
 * a tenth of their range's power of ten; of times whole days), apart
 * from the other inputs, so that no row is anybody's.
 *
 * Shapes: 25 rows of the program's inputs. Missing: by its share; texts of which none is common, and lists of numbers, where
 * they may be missing. `null`: the model can be explained by itself. Random: keyed by the seed.
 */
export function backgroundRows(
  source: Parameters<typeof explain>[0] & {
    readonly program: { readonly inputs: readonly { readonly name: string }[] };
  },
  frame: Frame,
  seed: number,
): readonly JsonObject[] | null {
  if (frame.rows === 0 || explainsItself(source)) return null;
  const random = randomStream(seed, "background");
  const columns = source.program.inputs.map(({ name }) => {
    const column = frame.columns.get(name);
    return [name, column === undefined ? [] : usualValues(column, frame.rows, random.fork(name))] as const;
  });
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? null])),
  );
}

function explainsItself(source: Parameters<typeof explain>[0]): boolean {
  try {
    explain(source, { external: platformRuntimes });
    return true;
  } catch (error) {
    if (error instanceof ProgramError && error.code === "PROGRAM_TARGET_UNSUPPORTED") return false;
    throw error;
  }
}

/** Values by their share, in an order of their own. */
function usualValues(column: Column, rows: number, random: RandomStream): JsonValue[] {
  const ordered = orderedValues(column, rows);
  return Array.from(
    shuffledIndices(count, random),
    (k) => ordered[Math.floor(((k + 0.5) / count) * ordered.length)] ?? null,
  );
}

function orderedValues(column: Column, rows: number): JsonValue[] {
  if (column.type === "vector") return [];
  if (column.type === "string" || column.type === "bool") {
    const told = new Map<JsonValue, number>();
    for (let row = 0; row < rows; row++) {
      const own = column.type === "string" ? (column.levels[column.codes[row]!] ?? null) : truth(column, row);
      told.set(own, (told.get(own) ?? 0) + 1);
    }
    return [...told].flatMap(([value, own]) => (own < fewestRowsTold ? [] : new Array<JsonValue>(own).fill(value)));
  }
  const sorted = presentSorted(column, rows);
  const missing = new Array<JsonValue>(rows - sorted.length).fill(null);
  const middle = sorted.subarray(Math.floor(trim * sorted.length), Math.ceil((1 - trim) * sorted.length));
  const range = (middle.at(-1) ?? 0) - (middle[0] ?? 0);
  const step = column.type === "timestamp" ? microsADay : 10 ** (Math.floor(Math.log10(range > 0 ? range : 1)) - 1);
  const rowsOf = new Map<number, number>();
  for (const value of sorted) rowsOf.set(value, (rowsOf.get(value) ?? 0) + 1);
  const shown = (value: number) => {
    if (rowsOf.get(value)! >= fewestRowsTold) return value;
    const rounded = Math.round(value / step) * step;
    // without the noise of the product, such as 0.30000000000000004
    return Number(rounded.toPrecision(12));
  };
  // the middle stands for all that are there
  const present = Array.from(sorted, (_, k) => shown(middle[Math.floor((k / sorted.length) * middle.length)]!));
  return [...missing, ...present];
}

function truth(column: Extract<Column, { type: "bool" }>, row: number): boolean | null {
  return column.missing?.[row] === 1 ? null : column.values[row] === 1;
}
