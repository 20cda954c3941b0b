import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { randomStream } from "#kernel";
import { forestListsBytes, forestPlan } from "./forest-plan.ts";
import { loadKernels } from "./load-kernels.ts";
import { newMemory } from "./new-memory.ts";
import { twinKernels } from "./twin/twin-kernels.ts";
import { bindKernels, type WasmModule } from "./web-assembly.ts";

let module: WasmModule;
beforeAll(async () => {
  module = await loadKernels();
});

const features = 5;
const outputs = ["order", "nodeFeature", "nodeBin", "nodeLeft", "nodeRight", "nodeMissing", "nodeGain"] as const;

interface Shape {
  readonly seed: number;
  readonly rows: number;
  readonly classes: number;
  readonly drawn: boolean;
  readonly minRows: number;
  readonly weighted: boolean;
}

/** A memory of random binned rows under a plan; the same numbers for both engines. */
function problem({ seed, rows, classes, drawn, minRows, weighted }: Shape) {
  const memory = newMemory(1 << 20);
  const random = randomStream(seed, "forest kernels");
  let next = 256;
  const place = (bytes: number) => {
    const at = next;
    next += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const slots: Record<string, number> = {
    bins: place(rows * features),
    rowStep: features,
    featureStep: 1,
    features,
    featureTable: place(16 * features),
    answers: place(8 * rows),
    rowWeights: place(8 * rows),
    classes,
    maxDepth: random.integer(2) * 6,
    minRows,
    featuresPerSplit: 1 + random.integer(features),
    drawnThresholds: Number(drawn),
    seed,
    histogram: place(2048 * Math.max(classes, 2)),
    counts: place(1024),
    candidates: place(4 * features),
    sums: place(8 * Math.max(classes, 2)),
    leftSums: place(16 * Math.max(classes, 2)),
    lists: place(forestListsBytes),
    nodeBits: place(32 * rows),
    nodeGain: place(8 * rows),
  };
  const perRow = [
    "rest",
    "order",
    "nodeFeature",
    "nodeBin",
    "nodeLeft",
    "nodeRight",
    "nodeMissing",
    "leafEnd",
  ] as const;
  for (const name of perRow) slots[name] = place(4 * rows + 4);
  slots.nodeWeights = place(16 * rows);
  slots.nodeAnswers = place(8 * rows);
  slots.nodeBins = place(rows);
  slots.stack = place(16 * (rows + 2));
  for (const [name, value] of Object.entries(slots))
    new Uint32Array(memory.buffer)[forestPlan[name as keyof typeof forestPlan]] = value;
  const bins = [200, 12, 30, 7, 3];
  const table = bins.flatMap((count, f) => [count, f === 1 ? 11 : -1, f === 2 || f === 4 ? 1 : 0, 1]);
  new Int32Array(memory.buffer, slots.featureTable, table.length).set(table);
  const binned = new Uint8Array(memory.buffer, slots.bins, rows * features);
  for (let i = 0; i < binned.length; i++) binned[i] = random.integer(bins[i % features]!);
  const noisy = (i: number) => (binned[i * features]! > 90 ? 1 : 0) + random.integer(3);
  const classOf = new Uint32Array(memory.buffer, slots.answers, rows);
  const values = new Float64Array(memory.buffer, slots.answers, rows);
  for (let i = 0; i < rows; i++)
    if (classes > 0) classOf[i] = noisy(i) % classes;
    else values[i] = noisy(i) + Math.round(random.uniform() * 8) / 8;
  const own = weighted ? new Float64Array(memory.buffer, slots.nodeAnswers, rows) : undefined;
  own?.forEach((_, i) => {
    own[i] = random.integer(4) / 3;
  });
  return { memory, slots, weights: weighted ? slots.nodeAnswers! : 0 };
}

const shapes = fc.record({
  seed: fc.nat(1_000_000),
  rows: fc.integer({ min: 2, max: 600 }),
  classes: fc.constantFrom(0, 2, 3),
  drawn: fc.boolean(),
  minRows: fc.constantFrom(1, 1, 4),
  weighted: fc.boolean(),
});

test("drawn rows and grown trees of the module and of its twin are equal to the bit, and every row lies in one leaf", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { rows, seed } = shape;
      const results = [true, false].map((inModule) => {
        const { memory, slots, weights } = problem(shape);
        const kernels = inModule ? bindKernels(module, memory) : twinKernels(memory);
        kernels.drawRows(rows, seed, weights, slots.rowWeights!);
        const used = kernels.listRows(rows, slots.rowWeights!, slots.order!);
        if (used === 0) return { used };
        const nodes = kernels.growForestTree(0, used);
        const bytes = outputs.map((name) => {
          const count = name === "order" ? used : nodes * (name === "nodeGain" ? 2 : 1);
          return Array.from(new Uint32Array(memory.buffer, slots[name], count));
        });
        const bits = Array.from(new Uint32Array(memory.buffer, slots.nodeBits, 8 * nodes));
        const ends = Array.from(new Uint32Array(memory.buffer, slots.leafEnd, nodes + 1));
        expect(ends.every((end, k) => end > (ends[k - 1] ?? 0))).toBe(true);
        expect(ends.at(-1)).toBe(used);
        expect(new Set(bytes[0]).size).toBe(used);
        return { used, nodes, bytes, bits, ends };
      });
      expect(results[0]).toEqual(results[1]);
    }),
    { numRuns: 60 },
  );
});

test("draws with replacement give as many rows as there are, and leave out about a third", () => {
  const memory = newMemory(1 << 17);
  const kernels = bindKernels(module, memory);
  kernels.drawRows(5000, 7, 0, 1024);
  const counts = new Float64Array(memory.buffer, 1024, 5000);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
  const left = counts.filter((count) => count === 0).length / 5000;
  expect(left).toBeGreaterThan(0.34);
  expect(left).toBeLessThan(0.4);
});
