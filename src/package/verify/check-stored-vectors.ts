import { type JsonValue, load, type ModelFile, type RowScore } from "@millrace/program";
import { platformRuntimes } from "#kernel";
import { scoresCsv } from "../golden/csv.ts";
import { storedRowsOf } from "../golden/golden-vectors.ts";

/** Whether this interpreter still says what the version's own said when it was made. */
export interface StoredVectors {
  readonly ok: boolean;
  readonly rows: number;
}

/**
 * Holds the interpreter, or the scorer given, against the golden vectors that a model file keeps.
 *
 * Missing: `null` where the file keeps none that this version can read.
 */
export function checkStoredVectors(
  { program, tensors, parity }: ModelFile,
  score?: (row: Readonly<Record<string, JsonValue>>) => RowScore,
): StoredVectors | null {
  const rows = storedRowsOf(parity);
  if (parity === undefined || rows.length === 0) return null;
  const scoreOf = score ?? load({ program, tensors }, platformRuntimes).score;
  const said = scoresCsv(
    program.outputs,
    rows.map((row) => scoreOf(row as Readonly<Record<string, JsonValue>>)),
  );
  return { ok: said === parity.expected, rows: rows.length };
}
