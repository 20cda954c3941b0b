import type { Engine } from "../engine/open-engine.ts";
import { quoteText } from "../engine/quoting.ts";

/** Key of a snapshot file's metadata under which the patterns of its timestamps stand, as JSON pairs. */
export const PATTERNS_KEY = "millrace.patterns";

/** How the text of a snapshot's timestamp columns was read, by column; empty for other Parquet files. */
export async function storedPatterns(engine: Engine, path: string): Promise<Map<string, string>> {
  const rows = await engine.rows(
    `SELECT decode(value) FROM parquet_kv_metadata(${quoteText(path)}) WHERE decode(key) = '${PATTERNS_KEY}'`,
  );
  const text = rows[0]?.[0];
  return new Map(text === undefined ? [] : (JSON.parse(String(text)) as [string, string][]));
}
