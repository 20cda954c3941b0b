import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { localExecutor } from "#adapters/executor-local";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fileObjects } from "#adapters/objects-files";
import { definePipeline, runPipeline } from "#pipeline";
import { nothing } from "./pipeline-steps.ts";

/*
 * What the pipeline itself costs: steps that do nothing, in a chain, with all records written (target: 5 ms a step), and the
 * same chain when everything is cached (target: 150 ms for 50 steps).
 */

const steps = 50;

interface Span {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Milliseconds a step of a fresh run, and of a whole cached run; the medians of some rounds, after a first one that warms up. */
export async function measurePipeline(
  rounds = 5,
): Promise<{ perStepMs: number; perStepCpuMs: number; cachedRunMs: number; cachedRunCpuMs: number }> {
  const fresh: Span[] = [];
  const cached: Span[] = [];
  for (let round = 0; round <= rounds; round++) {
    const project = await mkdtemp(join(tmpdir(), "millrace-bench-"));
    const metadata = sqliteMetadata({ path: join(project, "metadata.db") });
    await metadata.open();
    const objects = fileObjects({ root: join(project, "objects") });
    const executor = localExecutor();
    const chain = (offset: number) =>
      definePipeline("chain", (p) => {
        let before = p.step("n0", nothing, { inputs: {}, options: { index: offset } });
        for (let index = 1; index < steps; index++)
          before = p.step(`n${index}`, nothing, {
            inputs: { before: before.out.number },
            options: { index: offset + index },
          });
      });
    const timed = async (offset: number): Promise<Span> => {
      const began = performance.now();
      const cpu = process.cpuUsage();
      const { state } = await runPipeline({ pipeline: chain(offset), metadata, objects, executor, project });
      if (state !== "complete") throw new Error(`The chain ended ${state}.`);
      const used = process.cpuUsage(cpu);
      return { ms: performance.now() - began, cpuMs: (used.user + used.system) / 1000 };
    };
    // The first run of a store keeps the sources of the step; that is its price once, not a step's.
    await timed(-1000);
    fresh.push(await timed(0));
    cached.push(await timed(0));
    await executor.drain();
    await metadata.close();
    await rm(project, { recursive: true });
  }
  const of = (spans: readonly Span[], key: keyof Span) => median(spans.slice(1).map((span) => span[key]));
  return {
    perStepMs: of(fresh, "ms") / steps,
    perStepCpuMs: of(fresh, "cpuMs") / steps,
    cachedRunMs: of(cached, "ms"),
    cachedRunCpuMs: of(cached, "cpuMs"),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify({ ...(await measurePipeline()), steps })}\n`);
}
