import { dirname, resolve } from "node:path";
import { withEngine } from "../engine/open-engine.ts";
import { quoteText } from "../engine/quoting.ts";
import { guardParquet } from "./read-query.ts";

/** Key of a snapshot file's metadata under which the patterns of its timestamps stand, as JSON pairs. */
export const PATTERNS_KEY = "millrace.patterns";

/** How the text of a snapshot's timestamp columns was read, by column; empty for other Parquet files. */
export async function readPatterns(path: string): Promise<Map<string, string>> {
  const file = resolve(path);
  return guardParquet(path, () =>
    withEngine({ folders: [dirname(file)] }, async (engine) => {
      const rows = await engine.rows(
        `SELECT decode(value) FROM parquet_kv_metadata(${quoteText(file)}) WHERE decode(key) = '${PATTERNS_KEY}'`,
      );
      const text = rows[0]?.[0];
      return new Map(text === undefined ? [] : (JSON.parse(String(text)) as [string, string][]));
    }),
  );
}
