import { readFileSync, writeFileSync } from "node:fs";

const pageBytes = 4096;

/** Resident memory of a process by Linux's /proc; `undefined` elsewhere, or when it is gone. */
export function residentBytes(pid: number): number | undefined {
  const text = readOrNothing(`/proc/${pid}/statm`);
  const pages = text?.split(" ")[1];
  return pages === undefined ? undefined : Number(pages) * pageBytes;
}

/** Starts the measure of this process's peak memory anew, where the system can. */
export function resetPeakMemory(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not Linux, or not allowed: the peak is then that of the process's whole life.
    return;
  }
}

/** This process's peak resident memory since the last reset. */
export function peakMemoryBytes(): number {
  const kilobytes = readOrNothing("/proc/self/status")?.match(/^VmHWM:\s+(\d+) kB$/m)?.[1];
  return kilobytes === undefined ? process.resourceUsage().maxRSS * 1024 : Number(kilobytes) * 1024;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
