import { cpus } from "node:os";
import { performance } from "node:perf_hooks";
import { decodeProgram } from "@millrace/program";
import { compileScorer } from "@millrace/program/scorer";
import { z } from "zod";
import { platformRuntimes } from "#kernel";
import { goldenVectors } from "#package";
import { defineStep } from "#pipeline";
import { modelProgram } from "./model-artifact.ts";

const machine = () => `${cpus()[0]?.model.trim() ?? "an unknown processor"}, Node ${process.version}`;

/** How long single rows take here: golden rows, each scored by itself, after a warm-up. Keyed by the machine and its Node. */
export const latencyStep = defineStep({
  module: import.meta.url,
  export: "latencyStep",
  name: "latency",
  version: 1,
  kind: "source",
  weight: "heavy",
  inputs: { model: { type: "model" } },
  outputs: { latency: { type: "latency" } },
  options: z.strictObject({ rows: z.number().int().min(100).max(100_000).default(5000) }),
  watermark: async () => ({ machine: machine() }),
  async run(_context, { model }, { rows }) {
    const { json, bytes } = await modelProgram(model);
    const { program, tensors } = decodeProgram(json, bytes);
    const scorer = compileScorer({ program, tensors }, platformRuntimes);
    const golden = goldenVectors(program, tensors, 500).rows;
    for (const row of golden) scorer.score(row);
    const times = new Float64Array(rows);
    for (let k = 0; k < rows; k++) {
      const start = performance.now();
      scorer.score(golden[k % golden.length]!);
      times[k] = performance.now() - start;
    }
    times.sort();
    const at = (share: number) => times[Math.min(rows - 1, Math.ceil(share * rows) - 1)]!;
    return { latency: { value: { p50Ms: at(0.5), p99Ms: at(0.99), rows, machine: machine() } } };
  },
});
