import { refuseUnless, sameLength } from "../measures/measure-set.ts";

/**
 * Training weights under which group and label are independent: every group has the same share of each label.
 *
 * ```ts
 * reweigh(["a", "a", "a", "b"], [1, 1, 0, 0]); // Float64Array [0.75, 0.75, 1.5, 0.5]
 * ```
 *
 * Missing: a group that lacks a label altogether cannot be balanced, and keeps the labels it has.
 * Errors: EVALUATE_LENGTH_MISMATCH · EVALUATE_LABEL_INVALID.
 * Source: F. Kamiran, T. Calders, "Data preprocessing techniques for classification without discrimination", Knowl. Inf.
 * Syst. 33, 2012.
 */
export function reweigh(groups: ArrayLike<string | number>, labels: ArrayLike<number>): Float64Array {
  const rows = labels.length;
  sameLength("groups", groups.length, rows);
  refuseUnless("EVALUATE_LABEL_INVALID", "label", labels, Number.isInteger, "the number of a class");
  const ofGroup = new Map<string | number, { rows: number; byLabel: Map<number, number> }>();
  const ofLabel = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const label = labels[row]!;
    let group = ofGroup.get(groups[row]!);
    if (group === undefined) {
      group = { rows: 0, byLabel: new Map() };
      ofGroup.set(groups[row]!, group);
    }
    group.rows++;
    group.byLabel.set(label, (group.byLabel.get(label) ?? 0) + 1);
    ofLabel.set(label, (ofLabel.get(label) ?? 0) + 1);
  }
  return Float64Array.from({ length: rows }, (_, row) => {
    const group = ofGroup.get(groups[row]!)!;
    return (group.rows * ofLabel.get(labels[row]!)!) / (rows * group.byLabel.get(labels[row]!)!);
  });
}
