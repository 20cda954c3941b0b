import type { CrossStatistics } from "../model.ts";
import { inner, list, number, stepsOf, text } from "./fields.ts";
import type { ProtoMessage } from "./messages.ts";

export function fromCross(message: ProtoMessage): CrossStatistics {
  const numeric = inner(message, "num_cross_stats");
  const lift = list(inner(inner(message, "categorical_cross_stats"), "lift"), "lift_series");
  const label = (one: ProtoMessage, of: string) =>
    one[`${of}_int`] === undefined ? text(one, `${of}_string`) : String(number(one, `${of}_int`));
  return {
    x: stepsOf(inner(message, "path_x")).join("."),
    y: stepsOf(inner(message, "path_y")).join("."),
    count: number(message, "count"),
    ...(numeric !== undefined && {
      covariance: number(numeric, "covariance"),
      ...(numeric.correlation !== undefined && { correlation: number(numeric, "correlation") }),
    }),
    ...(lift.length > 0 && {
      lift: lift.map((series) => {
        const bucket = inner(series, "y_bucket");
        const low = number(bucket, "low_value");
        const high = number(bucket, "high_value");
        const count = number(series, "y_count") || number(series, "weighted_y_count");
        return {
          y: bucket === undefined ? label(series, "y") : { low, high, count },
          count,
          values: list(series, "lift_values").map((one) => ({
            x: label(one, "x"),
            lift: number(one, "lift"),
            xCount: number(one, "x_count") || number(one, "weighted_x_count"),
            bothCount: number(one, "x_and_y_count") || number(one, "weighted_x_and_y_count"),
          })),
        };
      }),
    }),
  };
}
