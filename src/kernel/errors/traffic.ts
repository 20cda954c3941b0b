import { conflict, type ErrorSpec, input } from "./kinds.ts";

export const trafficErrors = {
  TRAFFIC_WRITER_NAME_INVALID: input(
    "when a writer's name is not letters, digits, dots, underscores and hyphens, or is too long",
  ),
  TRAFFIC_WRITER_BUSY: conflict("when another process that is alive writes the traffic log under the same name"),
  TRAFFIC_WINDOW_INVALID: input("when a window's end does not lie after its start"),
  TRAFFIC_OUTCOME_TYPE_MIXED: input("when outcomes of one window are numbers and texts at once"),
} as const satisfies Record<`TRAFFIC_${string}`, ErrorSpec>;
