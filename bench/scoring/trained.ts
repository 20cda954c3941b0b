import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, readModelFile, type Tensors } from "@millrace/program";
import { randomStream } from "#kernel";

export interface TrainedModel {
  readonly name: string;
  readonly program: Program;
  readonly tensors: Tensors;
  /** Raw values as a caller has them: numbers, texts, dates as ISO 8601, null where missing. */
  readonly rows: readonly Record<string, number | string | null>[];
}

const root = join(import.meta.dirname, "../..");
const count = 12_000;

/**
 * What `millrace automl` makes of 20 raw columns with missing values (10 numbers, 7 texts, 3 dates) and a target that depends on
 * all kinds of them: boosted trees behind the feature engineering that it chose.
 */
export function trainedModel(): TrainedModel {
  const rows = rawRows();
  const columns = Object.keys(rows[0]!);
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  try {
    const cell = (value: number | string | null) => value ?? "";
    const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row[name]!)))];
    writeFileSync(join(folder, "raw.csv"), lines.map((line) => `${line.join(",")}\n`).join(""));
    const args = ["automl", "raw.csv", "--target", "left", "--learners", "gbdt", "--budget", "1trials"];
    const ran = spawnSync(process.execPath, [join(root, "bin/millrace.js"), ...args, "--out", "raw.millrace"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (ran.status !== 0) throw new Error(ran.stderr);
    const { program, tensors } = readModelFile(readFileSync(join(folder, "raw.millrace")));
    const read = rows.map(({ left: _, ...row }) => row);
    const starts = program.nodes.flatMap(({ op, attributes }) =>
      op === "trees" ? [(attributes.treeStart as { tensor: string }).tensor] : [],
    );
    const trees = starts.reduce((sum, name) => sum + tensors.get(name)!.values.length, 0);
    const name = `${program.inputs.length} raw columns, ${program.nodes.length} nodes with ${trees} trees, trained by automl`;
    return { name, program, tensors, rows: read };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rawRows(): Record<string, number | string | null>[] {
  const random = randomStream(5, "bench/score/trained");
  return Array.from({ length: count }, (_, i) => {
    let at = i * 64;
    const draw = () => random.uint32At(at++) / 4294967296;
    const level = (k: number, levels: number) => `group ${k}-${Math.floor(draw() ** 2 * levels)}`;
    const numbers = Array.from({ length: 10 }, (_, k) => (k < 5 ? Math.round(draw() * 1000) / 10 : draw() ** 3 * 5000));
    const texts = [3, 5, 9, 17, 40, 120, 400].map((levels, k) => level(k, levels));
    const days = [0, 1, 2].map(() => Math.floor(draw() * 1400));
    const margin =
      numbers[0]! / 20 -
      2.5 +
      (texts[0]!.endsWith("0") ? 1.2 : -0.6) +
      (texts[3]!.endsWith("1") ? 1 : 0) +
      (new Date(days[0]! * 86_400_000).getUTCDay() === 6 ? 1.5 : 0) -
      Math.log1p(numbers[7]!) / 4 +
      (draw() - 0.5) * 4;
    const mayLack = <T>(value: T) => (draw() < 0.07 ? null : value);
    return {
      ...Object.fromEntries(numbers.map((value, k) => [`x${k}`, mayLack(value)])),
      ...Object.fromEntries(texts.map((value, k) => [`c${k}`, mayLack(value)])),
      ...Object.fromEntries(
        days.map((day, k) => [
          `d${k}`,
          mayLack(
            new Date(Date.UTC(2021, 0, 1) + day * 86_400_000 + k * 3_661_000).toISOString().slice(0, k === 0 ? 10 : 19),
          ),
        ]),
      ),
      left: margin > 0 ? "yes" : "no",
    };
  });
}
