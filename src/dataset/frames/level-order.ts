import { compareUtf8 } from "@millrace/program/text";

/** Distinct texts in order of their UTF-8 bytes, the one order that does not depend on rows. */
export const sortedLevels = (levels: readonly string[]): string[] => levels.slice().sort(compareUtf8);
