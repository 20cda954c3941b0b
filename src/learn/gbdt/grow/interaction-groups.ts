import { MillraceError } from "#kernel";
import type { FitInput } from "../../model.ts";

/**
 * The groups of features that may meet on a path, a byte a feature; a feature in no group is one by itself. Undefined where
 * none are asked for.
 *
 * Errors: LEARN_INTERACTION_INVALID.
 */
export function interactionGroups(
  { train }: FitInput,
  interactions: readonly (readonly string[])[],
): readonly Uint8Array[] | undefined {
  if (interactions.length === 0) return undefined;
  const names = train.features.map(({ name }) => name);
  const groups = interactions.map((group) => {
    const mask = new Uint8Array(names.length);
    for (const name of group) {
      const at = names.indexOf(name);
      if (at < 0)
        throw new MillraceError("LEARN_INTERACTION_INVALID", {
          message: `\`interactions\` names "${name}", which is no feature.`,
          next: "Name features as the data do.",
          facts: { feature: name },
        });
      mask[at] = 1;
    }
    return mask;
  });
  names.forEach((_, f) => {
    if (groups.some((group) => group[f] === 1)) return;
    groups.push(new Uint8Array(names.length).fill(1, f, f + 1));
  });
  return groups;
}
