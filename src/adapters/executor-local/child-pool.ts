import { type Child, setIdle, startChild } from "./child-process.ts";
import { residentBytes } from "./resident-memory.ts";

export interface ChildPool {
  /** An idle child of this generation that leaves half of the memory limit free, or a new one. */
  take(generation: number, memoryLimitBytes: number | undefined): Child;
  /** Takes a child back; a dead one is forgotten. */
  giveBack(child: Child): void;
  /** Lets all idle children go, and resolves once they are gone. */
  empty(): Promise<void>;
}

/** Child processes that are kept for the next task for `idleMs`. */
export function childPool(idleMs: number, imports: readonly string[]): ChildPool {
  const idle = new Map<Child, NodeJS.Timeout>();
  const leave = (child: Child): void => {
    clearTimeout(idle.get(child));
    idle.delete(child);
    if (child.process.connected) child.process.disconnect();
  };
  return {
    take(generation, memoryLimitBytes = Number.POSITIVE_INFINITY) {
      for (const child of idle.keys()) {
        const held = residentBytes(child.process.pid ?? 0) ?? 0;
        if (child.generation !== generation || held > memoryLimitBytes / 2) leave(child);
        else {
          clearTimeout(idle.get(child));
          idle.delete(child);
          if (!child.process.connected) continue;
          setIdle(child, false);
          return child;
        }
      }
      return startChild(generation, imports);
    },
    giveBack(child) {
      if (!child.process.connected || child.process.exitCode !== null || child.process.signalCode !== null) return;
      setIdle(child, true);
      idle.set(child, setTimeout(() => leave(child), idleMs).unref());
      void child.gone.then(() => {
        clearTimeout(idle.get(child));
        idle.delete(child);
      });
    },
    async empty() {
      const children = [...idle.keys()];
      for (const child of children) leave(child);
      await Promise.all(
        children.map(async (child) => {
          setIdle(child, false);
          const late = setTimeout(() => child.process.kill("SIGKILL"), 2000);
          await child.gone;
          clearTimeout(late);
        }),
      );
    },
  };
}
