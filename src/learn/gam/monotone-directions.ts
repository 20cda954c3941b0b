import { knownNames, MillraceError } from "#kernel";
import type { FitInput } from "../model.ts";

/** −1, 0 or 1 for each feature. Errors: LEARN_MONOTONE_INVALID. */
export function monotoneDirections(
  { task, train }: FitInput,
  wanted: Readonly<Record<string, 1 | -1>>,
): readonly (-1 | 0 | 1)[] {
  const names = Object.keys(wanted);
  if (names.length > 0 && task === "multiclass")
    throw invalid("`monotone` has no meaning with several classes.", "Take it out, or make the task binary.");
  for (const name of names) {
    const feature = train.features.find((one) => one.name === name);
    if (feature === undefined)
      throw invalid(
        `\`monotone\` names "${name}" (${knownNames(
          name,
          train.features.map((one) => one.name),
        )}).`,
        "Name a feature of the data.",
      );
    if (feature.kind !== "numeric")
      throw invalid(`\`monotone\` names "${name}", whose levels have no order.`, "Take it out of `monotone`.");
  }
  return train.features.map(({ name }) => wanted[name] ?? 0);
}

function invalid(message: string, next: string): MillraceError {
  return new MillraceError("LEARN_MONOTONE_INVALID", { message, next });
}
