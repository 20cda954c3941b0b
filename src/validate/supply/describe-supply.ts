import type { Column, Frame } from "@millrace/program";
import { MillraceError } from "#kernel";
import { columnOf } from "../column-of.ts";
import { adjustForMany } from "../significance/false-discovery.ts";
import { twoSidedNormal } from "../significance/normal.ts";
import { wilsonInterval } from "../significance/wilson.ts";

export interface SupplyOptions {
  /** The column that says when a row happened. */
  readonly time?: string;
  /** The moment from which age is counted, microseconds UTC. */
  readonly asOf: number;
  /** The column that holds the answer; a missing one is not labelled yet. */
  readonly label?: string;
  /** Its value that is counted as the label rate; default: of two values the rarer. */
  readonly positive?: string;
  /** What one label costs, in any currency. */
  readonly labelCost?: number;
  /** Columns whose groups are compared, such as sex or region. */
  readonly groups?: readonly string[];
  /** Stated shares of the groups in the population, by column and value. */
  readonly population?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Arrival {
  readonly column: string;
  readonly first: string;
  readonly last: string;
  /** From the last row to `asOf`. */
  readonly ageDays: number;
  /** Days on which at least one row arrived, and all days from first to last. */
  readonly daysWithRows: number;
  readonly days: number;
  readonly rowsPerDay: number;
  /** Of the days with rows. */
  readonly medianGapDays: number;
  readonly longestGapDays: number;
  readonly longestGapFrom: string | null;
  /** Rows of the last tenth of the time for each row that an equal part of the time before brought; 1 is steady. */
  readonly trend: number;
}

export interface LabelSupply {
  readonly column: string;
  readonly labelled: number;
  readonly share: number;
  /** What labelling the rest would cost; null without a cost. */
  readonly costOfRest: number | null;
  /** The newest labelled row, and how many days before the newest row it lies; null without times. */
  readonly lagDays: number | null;
}

export interface GroupSupply {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly share: number;
  /** Of the labelled rows of the group that are positive, with Wilson's 95 % interval; null without a binary label. */
  readonly labelRate: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Stated share in the population, and how many times it the data has; null where none is stated. */
  readonly populationShare: number | null;
  readonly ratio: number | null;
  /** Whether the share differs from the population's by more than chance (1 % false alarms over all groups) and by a fifth. */
  readonly unlike: boolean;
}

export interface Supply {
  readonly arrival: Arrival | null;
  readonly labels: LabelSupply | null;
  readonly groups: readonly GroupSupply[];
}

const DAY = 86_400e6;
const MOST_GROUPS = 50;

/**
 * What data can carry: how often rows arrive and how old they are, which share is labelled and what the rest would cost, and how groups
 * are represented beside a stated population.
 *
 * Units: times in microseconds UTC, days of 24 hours. Missing: a row without a time is left out of arrival, one without a group value is
 * the group "(missing)". Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_COLUMN_TYPE.
 */
export function describeSupply(frame: Frame, options: SupplyOptions): Supply {
  const times = options.time === undefined ? undefined : timesOf(frame, options.time);
  const label = options.label === undefined ? undefined : columnOf(frame, options.label);
  const groups = (options.groups ?? []).flatMap((name) => groupsOf(frame, name, label, options));
  const pValues = groups.map(({ pValue }) => pValue ?? 1);
  const adjusted = adjustForMany(pValues);
  return {
    arrival: times === undefined ? null : arrivalOf(options.time!, times, options.asOf),
    labels: label === undefined ? null : labelsOf(options.label!, label, frame.rows, times, options.labelCost),
    groups: groups.map(({ pValue, ...group }, k) => ({
      ...group,
      unlike: pValue !== undefined && adjusted[k]! < 0.01 && group.ratio !== null && Math.abs(group.ratio - 1) > 0.2,
    })),
  };
}

function timesOf(frame: Frame, name: string): Float64Array {
  const column = columnOf(frame, name);
  if (column.type !== "timestamp")
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The column "${name}" holds no dates; it is of type ${column.type}.`,
      next: "Name a column of dates, or say how it is written with `types` on the source.",
      facts: { column: name, type: column.type },
    });
  return column.values.map((value, row) => (column.missing?.[row] === 1 ? Number.NaN : value));
}

function arrivalOf(column: string, times: Float64Array, asOf: number): Arrival | null {
  const known = times.filter((time) => !Number.isNaN(time)).sort();
  if (known.length === 0) return null;
  const first = known[0]!;
  const last = known.at(-1)!;
  const days = [...new Set(Array.from(known, (time) => Math.floor(time / DAY)))];
  const gaps = days.slice(1).map((day, k) => day - days[k]!);
  const longest = gaps.reduce((best, gap, k) => (gap > gaps[best]! ? k : best), 0);
  const all = days.at(-1)! - days[0]! + 1;
  const cut = last - (last - first) / 10;
  const recent = known.reduce((count, time) => count + (time > cut ? 1 : 0), 0);
  const before = known.length - recent;
  return {
    column,
    first: isoOf(first),
    last: isoOf(last),
    ageDays: (asOf - last) / DAY,
    daysWithRows: days.length,
    days: all,
    rowsPerDay: known.length / all,
    medianGapDays: gaps.length === 0 ? 0 : [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!,
    longestGapDays: gaps[longest] ?? 0,
    longestGapFrom: gaps.length === 0 ? null : isoOf(days[longest]! * DAY),
    trend: before === 0 ? 1 : recent / (before / 9),
  };
}

function labelsOf(
  name: string,
  label: Column,
  rows: number,
  times: Float64Array | undefined,
  cost: number | undefined,
): LabelSupply {
  let labelled = 0;
  let newest = Number.NEGATIVE_INFINITY;
  let newestLabelled = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows; row++) {
    const time = times?.[row] ?? Number.NaN;
    if (time > newest) newest = time;
    if (textAt(label, row) === null) continue;
    labelled++;
    if (time > newestLabelled) newestLabelled = time;
  }
  return {
    column: name,
    labelled,
    share: rows === 0 ? 0 : labelled / rows,
    costOfRest: cost === undefined ? null : (rows - labelled) * cost,
    lagDays: Number.isFinite(newestLabelled) ? (newest - newestLabelled) / DAY : null,
  };
}

type Counted = Omit<GroupSupply, "unlike"> & { readonly pValue: number | undefined };

function groupsOf(frame: Frame, name: string, label: Column | undefined, options: SupplyOptions): Counted[] {
  const column = columnOf(frame, name);
  const stated = options.population?.[name];
  const positive = label === undefined ? undefined : (options.positive ?? rarerOfTwo(label, frame.rows));
  const counts = new Map<string, { rows: number; labelled: number; positive: number }>();
  for (const value of Object.keys(stated ?? {})) counts.set(value, { rows: 0, labelled: 0, positive: 0 });
  for (let row = 0; row < frame.rows; row++) {
    const value = textAt(column, row) ?? "(missing)";
    let count = counts.get(value);
    if (count === undefined) {
      count = { rows: 0, labelled: 0, positive: 0 };
      counts.set(value, count);
    }
    count.rows++;
    const answer = label === undefined ? null : textAt(label, row);
    if (answer === null) continue;
    count.labelled++;
    if (answer === positive) count.positive++;
  }
  if (counts.size > MOST_GROUPS)
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The column "${name}" has ${counts.size} values; groups are compared up to ${MOST_GROUPS}.`,
      next: "Name a column with fewer values, or make it coarser first.",
      facts: { column: name, values: counts.size },
    });
  return [...counts]
    .map(([value, count]) => {
      const share = frame.rows === 0 ? 0 : count.rows / frame.rows;
      const expected = stated === undefined || !Object.hasOwn(stated, value) ? null : stated[value]!;
      const error = expected === null ? 0 : Math.sqrt((expected * (1 - expected)) / frame.rows);
      return {
        column: name,
        value,
        rows: count.rows,
        share,
        labelRate:
          positive === undefined || count.labelled === 0
            ? null
            : { value: count.positive / count.labelled, ...wilsonInterval(count.positive, count.labelled, 0.95) },
        populationShare: expected,
        ratio: expected === null || expected === 0 ? null : share / expected,
        pValue: expected === null || error === 0 ? undefined : twoSidedNormal((share - expected) / error),
      };
    })
    .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
}

function rarerOfTwo(label: Column, rows: number): string | undefined {
  const counts = new Map<string, number>();
  for (let row = 0; row < rows && counts.size < 3; row++) {
    const answer = textAt(label, row);
    if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  const [first, second, third] = [...counts].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? 1 : -1));
  return third === undefined && second !== undefined ? first![0] : undefined;
}

function textAt(column: Column, row: number): string | null {
  if (column.type === "string") return column.codes[row]! < 0 ? null : column.levels[column.codes[row]!]!;
  if (column.missing?.[row] === 1 || column.type === "vector") return null;
  return column.type === "bool" ? String(column.values[row] === 1) : String(column.values[row]);
}

const isoOf = (micros: number) => new Date(micros / 1000).toISOString().replace(".000Z", "Z");
