import { abstainReasons } from "../../outputs.ts";
import type { Lowered, LoweredExtra } from "../model.ts";

/** The output that says why a row has no prediction. */
export function reasonOf({ extras }: Pick<Lowered, "extras">): LoweredExtra | undefined {
  return extras.find(({ kind }) => kind === "reason");
}

/** Each class's name as JSON, with its quotes doubled: a set is a JSON list in a quoted cell. */
export function setPieces({ program }: Lowered): string[] {
  return (program.outputs.classes ?? []).map((name) => JSON.stringify(name).replaceAll('"', '""'));
}

/** Texts of the reasons by their number; 0 is none. */
export const reasonTexts: readonly string[] = ["", ...abstainReasons];
