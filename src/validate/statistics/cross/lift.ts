import { compareUtf8 } from "@millrace/program/text";
import type { LiftSeries } from "../model.ts";
import type { Codes, JointCounts } from "./joint-counts.ts";

/** For each value of the label: how much likelier it is where x has each of its values, P(y | x) / P(y), greatest first. */
export function liftOf(x: Codes, y: Codes, joint: JointCounts): LiftSeries[] {
  const series = Array.from(y.labels, (label, code): LiftSeries & { values: LiftSeries["values"][number][] } => ({
    y: y.ranges === undefined ? label : { ...y.ranges[code]!, count: joint.y[code]! },
    count: joint.y[code]!,
    values: [],
  }));
  for (const [a, b, bothCount] of joint.pairs)
    series[b]!.values.push({
      x: x.labels[a]!,
      lift: (bothCount * joint.total) / (joint.x[a]! * joint.y[b]!),
      xCount: joint.x[a]!,
      bothCount,
    });
  for (const { values } of series) values.sort((a, b) => b.lift - a.lift || compareUtf8(a.x, b.x));
  return series.filter(({ count }) => count > 0);
}
