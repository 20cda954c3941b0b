import { MillraceError } from "#kernel";

export function tooFew(what: string, found: number, folds: number): MillraceError {
  return new MillraceError("EVALUATE_FOLDS_IMPOSSIBLE", {
    message: `${folds} folds need at least ${folds} ${what}, and there are ${found}.`,
    next: "Ask for fewer folds, or gather more rows.",
    facts: { what, found, folds },
  });
}
