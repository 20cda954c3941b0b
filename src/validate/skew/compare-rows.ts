import type { Column, Frame } from "@millrace/program";
import { z } from "zod";
import { knownNames, MillraceError, parseOptions } from "#kernel";
import { compareBytes } from "../statistics/compare-bytes.ts";
import { cellTexts } from "./cell-texts.ts";
import { type JoinedRows, joinRows } from "./join-rows.ts";
import type { SkewColumn, SkewReport, SkewSample, ValuePair } from "./model.ts";

export const skewOptionsSchema = z.object({
  keys: z.array(z.string()).min(1).describe("Columns that say which rows belong together."),
  columns: z.array(z.string()).optional().describe("Only these columns."),
  tolerance: z
    .number()
    .min(0)
    .default(0)
    .describe("Numbers are equal when they differ by no more than this, absolutely or relative to the reference."),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("A column is skewed when a greater share of its rows differs."),
  samples: z.int().min(0).max(1000).default(5).describe("Differing rows to show for each column."),
  pairs: z.int().min(0).max(10_000).default(20).describe("Most frequent changes to list for each column."),
});
export type SkewOptions = z.input<typeof skewOptionsSchema>;

/**
 * How the same rows differ between two renderings of them, training and serving for example: rows are joined on keys and
 * compared value by value.
 *
 * ```ts
 * const rows = (plan: string[]) => ({ rows: 2, columns: new Map([
 *   ["id", { type: "integer", values: Float64Array.of(1, 2) } as const],
 *   ["plan", { type: "string", levels: plan, codes: Int32Array.of(0, 1) } as const],
 * ]) });
 * compareRows(rows(["a", "b"]), rows(["a", "B"]), { keys: ["id"] }).columns[0]?.detail.confusion; // [{ reference: "b", current: "B", count: 1 }]
 * ```
 *
 * Missing: equal to missing, and to nothing else; NaN is missing. Columns of different types are compared as texts.
 * Errors: VALIDATE_COLUMN_UNKNOWN · VALIDATE_KEY_REPEATED: when two rows of one side have the same key.
 */
export function compareRows(reference: Frame, current: Frame, options: SkewOptions): SkewReport {
  const resolved = parseOptions(skewOptionsSchema, options, "skew");
  const { keys } = resolved;
  const joined = joinRows(reference, current, keys);
  const names = chooseColumns(reference, current, resolved);
  const columns = names.map((name) =>
    compareColumn(name, reference.columns.get(name)!, current.columns.get(name)!, joined, resolved, (row) =>
      keys.map((key) => cellTexts(reference.columns.get(key) as Exclude<Column, { type: "vector" }>)(row)!),
    ),
  );
  const skewed = columns.filter(({ drifted }) => drifted).length;
  const only = (one: Frame, other: Frame) => [...one.columns.keys()].filter((name) => !other.columns.has(name));
  return {
    keys,
    columns,
    share: columns.length === 0 ? 0 : skewed / columns.length,
    drifted: skewed > 0,
    rows: {
      reference: reference.rows,
      current: current.rows,
      joined: joined.reference.length,
      referenceOnly: joined.referenceOnly,
      currentOnly: joined.currentOnly,
      withoutKey: joined.withoutKey,
    },
    columnsOnly: { reference: only(reference, current), current: only(current, reference) },
  };
}

function chooseColumns(
  reference: Frame,
  current: Frame,
  { columns, keys }: { readonly columns?: readonly string[] | undefined; readonly keys: readonly string[] },
): string[] {
  const both = [...reference.columns.keys()].filter((name) => current.columns.has(name));
  for (const name of columns ?? [])
    if (!both.includes(name))
      throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
        message: `"${name}" is no column of both sides (${knownNames(name, both)}).`,
        next: "Name columns that both sides have.",
        facts: { column: name },
      });
  return (columns ?? both).filter((name) => !keys.includes(name) && reference.columns.get(name)!.type !== "vector");
}

type Comparison = z.output<typeof skewOptionsSchema>;

function compareColumn(
  name: string,
  a: Column,
  b: Column,
  joined: JoinedRows,
  { tolerance, threshold, samples: most, pairs }: Comparison,
  keyOf: (row: number) => string[],
): SkewColumn {
  const [textA, textB] = [cellTexts(a as never), cellTexts(b as never)];
  const gap =
    isNumeric(a) && isNumeric(b) && (a.type === "timestamp") === (b.type === "timestamp")
      ? gapOf(a, b, tolerance)
      : null;
  const counts = { match: 0, mismatch: 0, referenceOnly: 0, currentOnly: 0 };
  const samples: SkewSample[] = [];
  const confusion = new Map<string, ValuePair & { count: number }>();
  let greatest = 0;
  for (let i = 0; i < joined.reference.length; i++) {
    const [x, y] = [joined.reference[i]!, joined.current[i]!];
    const verdict = gap === null ? compareTexts(textA(x), textB(y)) : gap(x, y);
    counts[verdict.kind]++;
    if (verdict.kind === "match") continue;
    greatest = Math.max(greatest, verdict.difference);
    const pair = { reference: textA(x), current: textB(y) };
    if (samples.length < most) samples.push({ key: keyOf(x), rows: { reference: x + 1, current: y + 1 }, ...pair });
    const known = confusion.get(JSON.stringify([pair.reference, pair.current]));
    if (known !== undefined) known.count++;
    else confusion.set(JSON.stringify([pair.reference, pair.current]), { ...pair, count: 1 });
  }
  const differing = counts.mismatch + counts.referenceOnly + counts.currentOnly;
  const value = joined.reference.length === 0 ? 0 : differing / joined.reference.length;
  return {
    name,
    test: "skew",
    value,
    threshold,
    drifted: value > threshold,
    detail: {
      ...counts,
      ...(gap !== null && counts.mismatch > 0 && { greatestDifference: greatest }),
      ...(a.type !== b.type && { types: [a.type, b.type] as const }),
      samples,
      confusion: [...confusion]
        .sort((p, q) => q[1].count - p[1].count || compareBytes(p[0], q[0]))
        .slice(0, pairs)
        .map(([, pair]) => pair),
    },
  };
}

type Numeric = Extract<Column, { type: "number" | "integer" | "timestamp" }>;
type Verdict = { readonly kind: "match" | "mismatch" | "referenceOnly" | "currentOnly"; readonly difference: number };
type Gap = (x: number, y: number) => Verdict;

function isNumeric(column: Column): column is Numeric {
  return column.type === "number" || column.type === "integer" || column.type === "timestamp";
}

const match: Verdict = { kind: "match", difference: 0 };

/** Compares two numbers; texts are made only of those that differ. */
function gapOf(a: Numeric, b: Numeric, tolerance: number): Gap {
  const absent = ({ missing, values }: Numeric, row: number) => missing?.[row] === 1 || Number.isNaN(values[row]!);
  return (x, y) => {
    const [noA, noB] = [absent(a, x), absent(b, y)];
    if (noA || noB) return oneMissing(noA, noB);
    const [p, q] = [a.values[x]!, b.values[y]!];
    if (p === q) return match;
    const difference = Math.abs(p - q);
    if (difference <= tolerance || difference <= tolerance * Math.abs(p)) return match;
    return { kind: "mismatch", difference };
  };
}

function compareTexts(p: string | null, q: string | null): Verdict {
  if (p === null || q === null) return oneMissing(p === null, q === null);
  return p === q ? match : { kind: "mismatch", difference: 1 };
}

function oneMissing(noA: boolean, noB: boolean): Verdict {
  if (noA && noB) return match;
  return { kind: noA ? "currentOnly" : "referenceOnly", difference: 0 };
}
