import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { MillraceError } from "#kernel";

const openHere = new Set<string>();

/**
 * Takes a writer's name in a folder for this process; a name left by a process that is gone is taken over.
 *
 * Errors: TRAFFIC_WRITER_BUSY: when a process that is alive has it.
 */
export function lockWriter(folder: string, writer: string): { release(): void } {
  const path = join(folder, `${writer}.lock`);
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, mine, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === 3) throw error;
    }
    const held = readLock(path);
    if (openHere.has(path) || (held !== mine && isAlive(held))) throw busy(folder, writer, held);
    rmSync(path, { force: true });
  }
  openHere.add(path);
  return {
    release: () => {
      openHere.delete(path);
      rmSync(path, { force: true });
    },
  };
}

/**
 * The highest sequence number that a writer which is gone gave out; null while it lives (what it has in memory is not
 * lost yet), and where no mark was kept.
 */
export function lastGivenOut(folder: string, writer: string): number | null {
  if (isAlive(readLock(join(folder, `${writer}.lock`)))) return null;
  const path = join(folder, `${writer}.mark`);
  return existsSync(path) ? readMark(path) : null;
}

function readLock(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function isAlive(held: string): boolean {
  const [pid, start] = held.split(" ");
  if (!/^[0-9]+$/.test(pid ?? "")) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = startOf(Number(pid));
  return now === "" || start === undefined || start === "" || now === start;
}

/** When a process started, as Linux counts it, so that a number used again is not mistaken; empty elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function busy(folder: string, writer: string, held: string): MillraceError {
  return new MillraceError("TRAFFIC_WRITER_BUSY", {
    message: `Process ${held.split(" ")[0]} already writes the traffic log in ${folder} as "${writer}".`,
    next: "Stop that process, or give this one another writer name.",
    facts: { writer },
  });
}

/**
 * The highest sequence number that a writer gave out, kept in eight bytes of a file. They are written through the page
 * cache without a sync: what a killed process had given out is known exactly; after a power failure the segments know.
 */
export function openMark(
  folder: string,
  writer: string,
): { readonly found: number; set(sequence: number): void; close(): void } {
  const path = join(folder, `${writer}.mark`);
  const bytes = new Float64Array(1);
  const view = new Uint8Array(bytes.buffer);
  closeSync(openSync(path, "a"));
  const found = readMark(path);
  const file = openSync(path, "r+");
  return {
    found,
    set: (sequence) => {
      bytes[0] = sequence;
      writeSync(file, view, 0, 8, 0);
    },
    close: () => {
      fsyncSync(file);
      closeSync(file);
    },
  };
}

function readMark(path: string): number {
  const bytes = readFileSync(path);
  const found = bytes.byteLength === 8 ? new Float64Array(Uint8Array.from(bytes).buffer)[0]! : 0;
  return Number.isSafeInteger(found) && found > 0 ? found : 0;
}
