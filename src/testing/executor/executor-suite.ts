import type { JsonObject, JsonValue } from "@millrace/program";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type Executor, isMillraceError, type Progress, silentLog, type Task } from "#kernel";

const module = new URL(import.meta.url.endsWith(".ts") ? "./tasks.ts" : "./tasks.js", import.meta.url).href;

/**
 * What every executor must do. What needs isolation is asked of heavy tasks of executors whose traits promise it.
 *
 * ```ts
 * executorSuite("local", () => localExecutor({ workers: 2 }));
 * ```
 */
export function executorSuite(name: string, makeExecutor: () => Executor): void {
  const started = (): Executor => {
    const executor = makeExecutor();
    onTestFinished(() => executor.drain());
    return executor;
  };
  const asked = makeExecutor();
  const { traits } = asked;
  const isolated = traits.isolation !== "none";

  describe(`executor: ${name}`, () => {
    afterAll(() => asked.drain());

    for (const weight of ["light", "heavy"] as const) {
      describe(`${weight} tasks`, () => {
        test("give their value and what they cost", async () => {
          const executor = started();
          const result = await executor.submit(task("double", { number: 21 }, { weight }), quiet());
          expect(result.value).toMatchObject({ doubled: 42 });
          const { cpuSeconds, wallSeconds, peakMemoryBytes } = result.cost;
          for (const figure of [cpuSeconds, wallSeconds, peakMemoryBytes]) expect(Number.isFinite(figure)).toBe(true);
          expect(cpuSeconds).toBeGreaterThanOrEqual(0);
          expect(wallSeconds).toBeGreaterThan(0);
          expect(peakMemoryBytes).toBeGreaterThan(1 << 20);
        });

        test("count the processor time of the task", async () => {
          const executor = started();
          const { cost } = await executor.submit(task("spin", { forMs: 300 }, { weight }), quiet());
          expect(cost.wallSeconds).toBeGreaterThanOrEqual(0.29);
          expect(cost.cpuSeconds).toBeGreaterThan(0.03);
          expect(cost.cpuSeconds).toBeLessThan(cost.wallSeconds + 2);
        });

        test("hand an error over with its code, message, next step and facts", async () => {
          const executor = started();
          const error = await failure(executor.submit(task("refuse", ["a.csv"], { weight }), quiet()));
          expect(error).toMatchObject({
            code: "KERNEL_FILE_MISSING",
            message: "There is no file a.csv.",
            next: "Check the path.",
            facts: { payload: ["a.csv"] },
          });
          expect(isMillraceError(error)).toBe(true);
        });

        test("hand any other error over as one of the platform's that names it", async () => {
          const executor = started();
          const error = await failure(executor.submit(task("stumble", null, { weight }), quiet()));
          expect(isMillraceError(error)).toBe(true);
          expect(`${error.message} ${JSON.stringify(error.facts)}`).toContain("a fault of the user's own");
        });

        test("are refused when their module or export does not exist", async () => {
          const executor = started();
          for (const wrong of [
            task("nothing", null, { weight }),
            { ...task("double", null, { weight }), module: `${module}x` },
          ])
            expect(await failure(executor.submit(wrong, quiet()))).toMatchObject({ code: "PIPELINE_TASK_INVALID" });
          expect((await executor.submit(task("double", { number: 1 }, { weight }), quiet())).value).toMatchObject({
            doubled: 2,
          });
        });

        test("report progress in order", async () => {
          const executor = started();
          const seen: Progress[] = [];
          await executor.submit(
            task("report", null, { weight }),
            quiet({ progress: (progress) => seen.push(progress) }),
          );
          expect(seen.at(-1)).toEqual({ what: "reporting", done: 3, total: 3 });
          const done = seen.map((progress) => progress.done ?? 0);
          expect(done).toEqual([...done].sort((a, b) => a - b));
        });

        test("are stopped when their signal aborts, whatever they still give back, and do not begin after it", async () => {
          const executor = started();
          const controller = new AbortController();
          const running = failure(
            executor.submit(task("wait", { forMs: 30_000 }, { weight }), quiet({ signal: controller.signal })),
          );
          setTimeout(() => controller.abort(), 300);
          expect(await running).toMatchObject({ code: "KERNEL_STOPPED" });
          const late = executor.submit(task("double", { number: 1 }, { weight }), quiet({ signal: controller.signal }));
          expect(await failure(late)).toMatchObject({ code: "KERNEL_STOPPED" });
        });

        test("are cancelled by id, alone", async () => {
          const executor = started();
          const kept = executor.submit(task("wait", { forMs: 600 }, { weight, id: "kept" }), quiet());
          const gone = failure(executor.submit(task("wait", { forMs: 30_000 }, { weight, id: "gone" }), quiet()));
          setTimeout(() => void executor.cancel("gone"), 200);
          expect(await gone).toMatchObject({ code: "KERNEL_STOPPED" });
          await executor.cancel("never submitted");
          expect((await kept).value).toHaveProperty("endedMs");
        });
      });
    }

    test("runs as many tasks at once as it promises, and all that it is given", async () => {
      const executor = started();
      const results = await Promise.all(
        Array.from({ length: traits.parallel * 2 }, () =>
          executor.submit(task("wait", { forMs: 400 }, { weight: "heavy" }), quiet()),
        ),
      );
      const spans = results.map((result) => result.value as { startedMs: number; endedMs: number });
      const atOnce = spans.map(
        ({ startedMs }) => spans.filter((other) => other.startedMs <= startedMs && startedMs < other.endedMs).length,
      );
      expect(Math.max(...atOnce)).toBe(traits.parallel);
    });

    test("drain waits for what runs, and lets the children go", async () => {
      const executor = makeExecutor();
      const running = executor.submit(task("wait", { forMs: 300 }, { weight: "heavy" }), quiet());
      let ended = false;
      void running.then(() => {
        ended = true;
      });
      await executor.drain();
      expect(ended).toBe(true);
      const { pid } = (await running).value as { pid: number };
      if (pid !== process.pid) await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    });

    if (!isolated) return;

    test("kills a heavy task that is over its time, and goes on", async () => {
      const executor = started();
      const late = task("spin", { forMs: 30_000 }, { weight: "heavy", timeoutMs: 500 });
      expect(await failure(executor.submit(late, quiet()))).toMatchObject({ code: "PIPELINE_TASK_TIMEOUT" });
      const next = await executor.submit(task("double", { number: 2 }, { weight: "heavy" }), quiet());
      expect(next.value).toMatchObject({ doubled: 4 });
    });

    test("kills a heavy task that is over its memory, and goes on", async () => {
      const executor = started();
      const large = task("grow", { bytes: 1 << 30 }, { weight: "heavy", memoryLimitBytes: 300 << 20 });
      expect(await failure(executor.submit(large, quiet()))).toMatchObject({ code: "PIPELINE_TASK_MEMORY" });
      const next = await executor.submit(task("double", { number: 3 }, { weight: "heavy" }), quiet());
      expect(next.value).toMatchObject({ doubled: 6 });
    });

    test("says when the process of a heavy task dies, and goes on", async () => {
      const executor = started();
      expect(await failure(executor.submit(task("die", null, { weight: "heavy" }), quiet()))).toMatchObject({
        code: "PIPELINE_TASK_KILLED",
      });
      const next = await executor.submit(task("double", { number: 4 }, { weight: "heavy" }), quiet());
      expect(next.value).toMatchObject({ doubled: 8 });
    });

    test("kills a cancelled heavy task that does not listen", async () => {
      const executor = started();
      const spinning = failure(
        executor.submit(task("spin", { forMs: 30_000 }, { weight: "heavy", id: "deaf" }), quiet()),
      );
      setTimeout(() => void executor.cancel("deaf"), 300);
      expect(await spinning).toMatchObject({ code: "KERNEL_STOPPED" });
    });

    test("runs heavy tasks outside this process", async () => {
      const executor = started();
      const { value } = await executor.submit(task("double", { number: 1 }, { weight: "heavy" }), quiet());
      expect((value as JsonObject).pid).not.toBe(process.pid);
    });
  });
}

let tasks = 0;

function task(name: string, payload: JsonValue, more: Partial<Task>): Task {
  tasks += 1;
  return { id: `task-${tasks}`, module, export: name, payload, weight: "heavy", ...more };
}

function quiet(more: Partial<Parameters<Executor["submit"]>[1]> = {}): Parameters<Executor["submit"]>[1] {
  return { log: silentLog, progress: () => undefined, signal: new AbortController().signal, ...more };
}

async function failure(promise: Promise<unknown>): Promise<Error & { facts?: JsonObject }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("The task was expected to fail.");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
