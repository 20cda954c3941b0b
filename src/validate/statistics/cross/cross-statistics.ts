import type { BoolColumn, NumberColumn } from "@millrace/program";
import { knownNames, MillraceError } from "#kernel";
import type { CrossStatistics } from "../model.ts";
import type { NestedColumn, NestedFrame } from "../nested/model.ts";
import { ExactSum, unit } from "../sums/exact-sum.ts";
import { roundedRatio } from "../sums/ratio.ts";
import { codesOf, jointCounts } from "./joint-counts.ts";
import { liftOf } from "./lift.ts";
import { adjustedMutualInformation, mutualInformation } from "./mutual-information.ts";

/** Covariance and correlation of each pair of columns of numbers, over the rows in which both hold a finite one. */
export function numericCrosses(frame: NestedFrame): CrossStatistics[] {
  const numeric = [...frame.columns]
    .filter((entry): entry is [string, NumberColumn | BoolColumn] => isNumeric(entry[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return numeric.flatMap(([x, first], k) =>
    numeric.slice(k + 1).map(([y, second]) => ({ x, y, ...covariance(first, second, frame.rows) })),
  );
}

const isNumeric = ({ type }: NestedColumn) => type === "number" || type === "integer" || type === "bool";

function covariance(x: NumberColumn | BoolColumn, y: NumberColumn | BoolColumn, rows: number) {
  const sums = { x: new ExactSum(), y: new ExactSum(), xx: new ExactSum(), yy: new ExactSum(), xy: new ExactSum() };
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (x.missing?.[row] === 1 || y.missing?.[row] === 1) continue;
    const a = x.values[row]!;
    const b = y.values[row]!;
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    count++;
    sums.x.add(a);
    sums.y.add(b);
    sums.xx.addSquare(a, 1);
    sums.yy.addSquare(b, 1);
    sums.xy.addProduct(a, b);
  }
  if (count === 0) return { count };
  const n = BigInt(count);
  // n Σab − Σa Σb, exactly, in units of 2^−4296.
  const moment = (ab: ExactSum, a: ExactSum, b: ExactSum) => n * ab.scaled() * unit - a.scaled() * b.scaled();
  const whole = n * n * unit * unit;
  const together = roundedRatio(moment(sums.xy, sums.x, sums.y), whole);
  const spread =
    Math.sqrt(roundedRatio(moment(sums.xx, sums.x, sums.x), whole)) *
    Math.sqrt(roundedRatio(moment(sums.yy, sums.y, sums.y), whole));
  const correlation = Math.max(-1, Math.min(1, together / spread));
  return { count, covariance: together, ...(Number.isFinite(correlation) && { correlation }) };
}

/**
 * What each column says of the label: mutual information, plain and adjusted for chance, and lift where the column holds
 * few values. Columns of numbers are cut into ten ranges of equal count.
 *
 * Errors: VALIDATE_COLUMN_UNKNOWN, VALIDATE_COLUMN_TYPE: the label holds lists.
 */
export function labelCrosses(frame: NestedFrame, label: string): CrossStatistics[] {
  const column = frame.columns.get(label);
  if (column === undefined)
    throw new MillraceError("VALIDATE_COLUMN_UNKNOWN", {
      message: `The label "${label}" is not a column: ${knownNames(label, [...frame.columns.keys()])}.`,
      next: "Name a column of the data with --label.",
      facts: { column: label },
    });
  const y = codesOf(column, frame.rows);
  if (y === undefined)
    throw new MillraceError("VALIDATE_COLUMN_TYPE", {
      message: `The label "${label}" holds ${column.type} values, and a label is one value a row.`,
      next: "Name a column of texts, numbers or booleans.",
      facts: { column: label },
    });
  return [...frame.columns].flatMap(([name, other]): CrossStatistics[] => {
    if (name === label) return [];
    const x = codesOf(other, frame.rows);
    if (x === undefined) return [];
    const joint = jointCounts(x, y, frame.rows);
    if (joint.total === 0) return [{ x: name, y: label, count: 0 }];
    const adjusted = adjustedMutualInformation(joint);
    return [
      {
        x: name,
        y: label,
        count: joint.total,
        mutualInformation: mutualInformation(joint),
        ...(adjusted !== undefined && { adjustedMutualInformation: adjusted }),
        ...(x.labels.length <= 1000 && y.labels.length <= 1000 && { lift: liftOf(x, y, joint) }),
      },
    ];
  });
}
