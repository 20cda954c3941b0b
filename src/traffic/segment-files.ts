import { open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { MillraceError } from "#kernel";

/** A segment by name: `<writer>-<first sequence, 12 digits>.jsonl`. */
export interface SegmentFile {
  readonly name: string;
  readonly writer: string;
  readonly first: number;
}

export function segmentName(writer: string, first: number): string {
  return `${writer}-${String(first).padStart(12, "0")}.jsonl`;
}

/** The folder's segments by writer and first sequence; a folder that does not exist holds none. */
export async function listSegments(folder: string): Promise<readonly SegmentFile[]> {
  const found: SegmentFile[] = [];
  for (const name of await namesIn(folder)) {
    const match = /^(.+)-([0-9]{12})\.jsonl$/.exec(name);
    if (match !== null) found.push({ name, writer: match[1]!, first: Number(match[2]) });
  }
  return found.sort((a, b) => (a.writer === b.writer ? a.first - b.first : a.writer < b.writer ? -1 : 1));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Writes a small file so that a reader sees the old or the new one, never a part. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.new`, "w");
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

/** Makes new names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Numbers of the last record that a writer's segments hold; 0 for none. */
export async function lastSequence(folder: string, writer: string): Promise<number> {
  const own = (await listSegments(folder)).filter((segment) => segment.writer === writer);
  for (const segment of own.reverse()) {
    const text = await readFile(join(folder, segment.name), "utf8");
    const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
    for (const line of lines.reverse()) {
      const match = /^\{"sequence":([0-9]+),/.exec(line);
      if (match !== null) return Number(match[1]);
    }
  }
  return 0;
}

export function checkWriter(writer: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(writer)) return;
  throw new MillraceError("TRAFFIC_WRITER_NAME_INVALID", {
    message: `The writer name "${writer.slice(0, 80)}" is not 1 to 64 letters, digits, dots, underscores and hyphens.`,
    next: "Give the traffic log a writer name like serve-8080.",
  });
}
