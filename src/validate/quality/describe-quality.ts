import type { Column, Frame } from "@millrace/program";
import { countOf } from "#kernel";
import { type DuplicateReport, findDuplicates } from "./find-duplicates.ts";
import { findPersonalData, type PersonalFinding } from "./find-personal-data.ts";
import { type MergeProposal, proposeMerges } from "./propose-merges.ts";
import { findSimilarTexts, type SimilarTexts } from "./similar-texts.ts";

/** Something about one column that learning stumbles over. */
export interface ColumnFinding {
  readonly column: string;
  readonly kind: "constant" | "nearly-empty" | "id-like" | "sentinel" | "outer-blanks" | "placeholder";
  readonly rows: number;
  readonly evidence: string;
  /** Of a sentinel or placeholder: the values that may mean missing. */
  readonly values?: readonly (string | number)[];
}

export interface QualityReport {
  readonly rows: number;
  readonly personal: readonly PersonalFinding[];
  readonly duplicates: DuplicateReport;
  /** Texts of long columns that nearly repeat another. */
  readonly similar: readonly SimilarTexts[];
  readonly merges: readonly MergeProposal[];
  readonly columns: readonly ColumnFinding[];
}

/**
 * What a frame's values say against learning from them as they are: data of persons, duplicates, texts that nearly repeat another, spellings of one category, columns
 * that are constant, nearly empty, ids, or hold stand-ins for missing such as −999.
 *
 * Shapes: `parts` as in `findDuplicates`. Missing: counted where it matters, never a value.
 */
export function describeQuality(frame: Frame, parts?: Int32Array): QualityReport {
  return {
    rows: frame.rows,
    personal: findPersonalData(frame),
    duplicates: findDuplicates(frame, parts),
    similar: [...frame.columns].flatMap(([name, column]) => {
      const found = column.type === "string" ? findSimilarTexts(name, column) : undefined;
      return found === undefined ? [] : [found];
    }),
    merges: proposeMerges(frame),
    columns: [...frame.columns].flatMap(([name, column]) => columnFindings(name, column, frame.rows)),
  };
}

function columnFindings(name: string, column: Column, rows: number): ColumnFinding[] {
  const finding: Finding = (kind, count, evidence, values) => ({
    column: name,
    kind,
    rows: count,
    evidence,
    ...(values && { values }),
  });
  const counts = valueCounts(column, rows);
  let present = 0;
  for (const count of counts.values()) present += count;
  if (rows < 20) return [];
  if (counts.size <= 1)
    return [
      finding(
        "constant",
        present,
        present === 0 ? "Every row is missing." : "Every row that has a value has the same one.",
      ),
    ];
  const found: ColumnFinding[] = [];
  if (present < 0.05 * rows)
    found.push(finding("nearly-empty", present, `Only ${present} of ${rows} rows have a value.`));
  if (present >= 100 && counts.size > 0.98 * present && tellsApart(name, column, counts))
    found.push(finding("id-like", present, `${counts.size} of ${present} values are distinct.`));
  if (column.type === "number" || column.type === "integer")
    found.push(...sentinels(counts as Map<number, number>, present, finding));
  if (column.type === "string") found.push(...textFindings(counts as Map<string, number>, present, finding));
  return found;
}

/** Whether values that nearly all differ are names of rows: not amounts, moments or running text, which differ as well. */
function tellsApart(name: string, column: Column, counts: ReadonlyMap<number | string, number>): boolean {
  if (column.type === "string") {
    let words = 0;
    for (const text of counts.keys()) words += String(text).split(/\s+/).length;
    return words <= 6 * counts.size;
  }
  if (column.type !== "integer") return false;
  if (/(^|[^a-z])(id|key|no|nr|number|uuid|code|index)([^a-z]|$)|[a-z](Id|ID|Key|No|Nr)$/.test(name)) return true;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of counts.keys() as Iterable<number>) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low < 2 * counts.size;
}

function valueCounts(column: Column, rows: number): Map<number | string, number> {
  const counts = new Map<number | string, number>();
  const add = (value: number | string) => counts.set(value, (counts.get(value) ?? 0) + 1);
  if (column.type === "string") {
    const byCode = new Int32Array(column.levels.length);
    for (const code of column.codes) if (code >= 0) byCode[code]!++;
    for (const [code, level] of column.levels.entries()) if (byCode[code]! > 0) counts.set(level, byCode[code]!);
  } else if (column.type !== "vector") {
    for (let row = 0; row < rows; row++) if (column.missing?.[row] !== 1) add(column.values[row]!);
  }
  return counts;
}

type Finding = (
  kind: ColumnFinding["kind"],
  rows: number,
  evidence: string,
  values?: readonly (string | number)[],
) => ColumnFinding;

/** A −999 far outside of everything else, and often: somebody's way to write missing. */
function sentinels(counts: ReadonlyMap<number, number>, present: number, finding: Finding): ColumnFinding[] {
  const values = [...counts.keys()].sort((a, b) => a - b);
  if (values.length < 10) return [];
  return [
    { value: values[0]!, next: values[1]!, other: values.at(-1)! },
    { value: values.at(-1)!, next: values.at(-2)!, other: values[0]! },
  ].flatMap(({ value, next, other }) => {
    const looks = /^-?(9{2,}|1)(\.0*)?$/.test(String(value)) || /^-?9{2,}\.9+$/.test(String(value));
    const rows = counts.get(value)!;
    const gap = Math.abs(value - next);
    const far = value === -1 ? next >= 0 && rows > 2 * counts.get(next)! : gap > Math.abs(next - other);
    if (!looks || !far || rows < Math.max(3, 0.005 * present)) return [];
    return [
      finding(
        "sentinel",
        rows,
        `${value} stands alone beyond ${next}, in ${countOf(rows, "row")}: it may mean missing.`,
        [value],
      ),
    ];
  });
}

const PLACEHOLDER = /^(n\/?a|none|null|nil|nan|unknown|unbekannt|missing|not available|tbd|-+|\?+|\.+|x{3,}|test)$/i;

function textFindings(counts: ReadonlyMap<string, number>, present: number, finding: Finding): ColumnFinding[] {
  let blanks = 0;
  const placeholders = new Map<string, number>();
  for (const [text, count] of counts) {
    if (text !== text.trim()) blanks += count;
    // Where "none" is frequent it is an answer.
    if (PLACEHOLDER.test(text.trim()) && !(/^none$/i.test(text) && count > 0.05 * present))
      placeholders.set(text, count);
  }
  const rows = [...placeholders.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...(blanks === 0
      ? []
      : [
          finding(
            "outer-blanks",
            blanks,
            `${blanks} values begin or end with a blank; \`trim: true\` on the source cuts them.`,
          ),
        ]),
    ...(placeholders.size === 0
      ? []
      : [
          finding(
            "placeholder",
            rows,
            `${[...placeholders.keys()]
              .slice(0, 5)
              .map((text) => JSON.stringify(text))
              .join(", ")} may mean missing; \`nullValues\` on the source makes it so.`,
            [...placeholders.keys()],
          ),
        ]),
  ];
}
