import { load, type ModelFile } from "@millrace/program";
import { platformRuntimes } from "#kernel";
import { scoresCsv } from "../golden/csv.ts";
import { storedRowsOf } from "../golden/golden-vectors.ts";

/** Whether this interpreter still says what the version's own said when it was made. */
export interface StoredVectors {
  readonly ok: boolean;
  readonly rows: number;
}

/**
 * Holds the interpreter against the golden vectors that a model file keeps.
 *
 * Missing: `null` where the file keeps none that this version can read.
 */
export function checkStoredVectors({ program, tensors, parity }: ModelFile): StoredVectors | null {
  const rows = storedRowsOf(parity);
  if (parity === undefined || rows.length === 0) return null;
  const scorer = load({ program, tensors }, platformRuntimes);
  const said = scoresCsv(
    program.outputs,
    rows.map((row) => scorer.score(row)),
  );
  return { ok: said === parity.expected, rows: rows.length };
}
