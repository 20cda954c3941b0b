import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Frame } from "@millrace/program";
import { withEngine } from "../engine/open-engine.ts";
import { writeWhole } from "../engine/out-file.ts";
import { quoteText } from "../engine/quoting.ts";
import { writeFrame } from "../parquet/write-frame.ts";
import { outKind, writeDelimited } from "../snapshots/write-delimited.ts";
import type { StreamedSource } from "./model.ts";

/** Memory for what the engine holds while it writes, in MB. */
const MEMORY_MB = 160;
const ROW_GROUP_ROWS = 32_768;

/** As `exportText`, of a source that is larger than the memory. Errors: those of `exportText`. */
export async function exportParts(source: StreamedSource, out: string): Promise<{ rows: number; columns: number }> {
  const kind = outKind(out);
  let rows = 0;
  if (kind === "parquet") rows = await writeParts(source, out);
  else
    await writeDelimited(out, kind, source.names, (write) =>
      source.eachText((count, textAt) => {
        rows += count;
        return write(count, textAt);
      }),
    );
  return { rows, columns: source.names.length };
}

/** Each part is a file beside the one to write; the engine then joins them, group after group. */
async function writeParts(source: StreamedSource, out: string): Promise<number> {
  let rows = 0;
  await writeWhole(resolve(out), async (temporary) => {
    const folder = await mkdtemp(`${temporary}-`);
    try {
      const parts: string[] = [];
      await source.each(async (frame) => {
        rows += frame.rows;
        const path = join(folder, `${parts.length}.parquet`);
        await writeFrame(frame, path, { memoryLimitMb: MEMORY_MB });
        parts.push(path);
      });
      if (parts.length === 0) return writeFrame(noRows(source.names), temporary);
      const list = parts.map(quoteText).join(", ");
      await withEngine({ folders: [dirname(temporary)], memoryLimitMb: MEMORY_MB, threads: 1 }, (engine) =>
        engine.run(
          `COPY (SELECT * FROM read_parquet([${list}])) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
        ),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return rows;
}

const noRows = (names: readonly string[]): Frame => ({
  rows: 0,
  columns: new Map(names.map((name) => [name, { type: "string", levels: [], codes: new Int32Array() }])),
});
