import { performance } from "node:perf_hooks";
import { plainContext, randomStream } from "#kernel";
import { type GbdtOptions, gbdtOptions, type LearningData, type LearningFeature, learners } from "#learn";

/*
 * Boosted trees, 100 trees × 31 leaves, learning rate 0.1, 255 bins, on generated rows; the first fit bins the data, the
 * following ones find them binned. MILLRACE_BENCH_ROWS adds a case of so many rows × 28 columns. `--write FOLDER` writes the
 * same rows for peers (column-major little-endian doubles, then the labels).
 */

interface Case {
  readonly rows: number;
  readonly numeric: number;
  readonly categorical: number;
  readonly threads: number;
}

/** Rows whose label hangs on sums, products and levels of the columns, with a fifth of one column missing. */
export function generatedRows({ rows, numeric, categorical }: Omit<Case, "threads">, seed: number): LearningData {
  const random = randomStream(seed, "bench/learn");
  const features: LearningFeature[] = [];
  for (let f = 0; f < numeric; f++) {
    const values = Float64Array.from({ length: rows }, (_, i) => {
      const u = random.uint32At(f * rows + i) / 4294967296;
      return f % 3 === 0 ? Math.round(u * 1000) / 1000 : f % 3 === 1 ? Math.floor(u * u * 60) : u * 20 - 10;
    });
    const missing = f === 1 ? { missing: Uint8Array.from(values, (_, i) => (i % 5 === 0 ? 1 : 0)) } : {};
    features.push({ name: `x${f}`, kind: "numeric", values, ...missing });
  }
  for (let f = 0; f < categorical; f++) {
    const levels = [7, 40, 120][f % 3]!;
    const values = Float64Array.from({ length: rows }, (_, i) => random.uint32At((numeric + f) * rows + i) % levels);
    features.push({ name: `c${f}`, kind: "categorical", levels, values });
  }
  const at = (f: number, i: number) => features[f]!.values[i]!;
  const target = Float64Array.from({ length: rows }, (_, i) => {
    let margin = 3 * (at(0, i) - 0.5) * (at(3, i) + 0.3) + 0.1 * at(2, i) + (at(1, i) > 20 ? 0.7 : 0);
    if (categorical > 0) margin += ((at(numeric, i) * 37) % 11) / 6 - 0.8;
    return margin + 4 * (random.uint32At((numeric + categorical) * rows + i) / 4294967296 - 0.5) > 0 ? 1 : 0;
  });
  return { rows, features, target };
}

async function fitOnce(train: LearningData, options: GbdtOptions, threads: number) {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const context = { ...plainContext(), seed: 1, threads };
  const model = await learners.gbdt.fit({ task: "binary", classes: 2, train }, options, context);
  const used = process.cpuUsage(cpu);
  return { model, wall: (performance.now() - began) / 1000, cpu: (used.user + used.system) / 1e6 };
}

if (import.meta.main) {
  const more = Number(process.env.MILLRACE_BENCH_ROWS ?? 0);
  const cases: Case[] = [
    { rows: 10_000, numeric: 30, categorical: 0, threads: 1 },
    { rows: 39_000, numeric: 8, categorical: 6, threads: 1 },
    ...(more > 0 ? [1, 2].map((threads) => ({ rows: more, numeric: 28, categorical: 0, threads })) : []),
  ];
  const folder = process.argv.includes("--write") ? process.argv[process.argv.indexOf("--write") + 1] : undefined;
  const options = gbdtOptions.parse({ trees: 100, leaves: 31, learningRate: 0.1 });
  console.log("rows × columns      threads   first fit s   again s (CPU)   AUC on new rows");
  for (const one of cases) {
    const train = generatedRows(one, 1);
    const test = generatedRows({ ...one, rows: 20_000 }, 2);
    if (folder !== undefined && one.threads === 1) await writeRows(folder, one, train, test);
    const first = await fitOnce(train, options, one.threads);
    const again = await fitOnce(train, options, one.threads);
    const auc = aucOf(learners.gbdt.predict(again.model, test.features, test.rows), test.target);
    const size = `${one.rows} × ${one.numeric + one.categorical}`.padEnd(20);
    console.log(
      `${size}${String(one.threads).padEnd(10)}${first.wall.toFixed(2).padEnd(14)}${again.wall.toFixed(2)} (${again.cpu.toFixed(2)})      ${auc.toFixed(4)}`,
    );
  }
}

function aucOf(scores: Float64Array, labels: Float64Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b);
  let [rankSum, positives] = [0, 0];
  order.forEach((row, rank) => {
    if (labels[row] !== 1) return;
    rankSum += rank + 1;
    positives++;
  });
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

async function writeRows(folder: string, one: Case, train: LearningData, test: LearningData): Promise<void> {
  const { mkdir, writeFile } = await import("node:fs/promises");
  await mkdir(folder, { recursive: true });
  for (const [part, data] of [
    ["train", train],
    ["test", test],
  ] as const) {
    const columns = data.features.map(({ values, missing }) =>
      missing === undefined ? values : values.map((value, i) => (missing[i] === 1 ? Number.NaN : value)),
    );
    const all = [...columns, data.target].map((values) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength),
    );
    await writeFile(`${folder}/${one.rows}x${one.numeric}+${one.categorical}.${part}.f64`, Buffer.concat(all));
  }
}
