/**
 * Shapley values of 100 trees × 31 leaves, beside LightGBM's `pred_contrib` on the same model and rows, both on one thread
 * (CPU seconds, medians). Goal: at least half of its speed, equal to 1e-9.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame } from "@millrace/program";
import { explain } from "@millrace/program/explain";
import { importLightGbm } from "@millrace/program/import";

const rows = 10_000;
const columns = 28;
const folder = mkdtempSync(join(tmpdir(), "millrace-bench-explain-"));
try {
  const script = join(import.meta.dirname, "peers", "lightgbm_contrib.py");
  const uv = ["run", "--with", "lightgbm==4.6.0", "--with", "numpy", script, folder, String(rows), String(columns)];
  const peer = JSON.parse(execFileSync("uv", uv, { encoding: "utf8" })) as { version: string; seconds: number };
  const doubles = (file: string) => new Float64Array(new Uint8Array(readFileSync(join(folder, file))).buffer);
  const values = doubles("rows.f64");
  const wanted = doubles("contributions.f64");
  const source = importLightGbm(readFileSync(join(folder, "model.txt"), "utf8"));
  const names = source.program.inputs.map(({ name }) => name);
  const place = (name: string) => Number(name.replace(/\D+/g, ""));
  const firstRows = (count: number): Frame => ({
    rows: count,
    columns: new Map(
      names.map((name) => [
        name,
        { type: "number", values: Float64Array.from({ length: count }, (_, i) => values[i * columns + place(name)]!) },
      ]),
    ),
  });
  const frame = firstRows(rows);
  const background = firstRows(100);
  for (const [what, options] of [
    ["path-dependent", {}],
    ["interventional, 100 background rows", { background, unknown: "interventional" }],
  ] as const) {
    const times: number[] = [];
    let worst = 0;
    for (let round = 0; round < 4; round++) {
      const start = process.cpuUsage();
      const explainer = explain(source, options);
      const found = explainer.explainFrame(frame);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1e6);
      if (what !== "path-dependent") continue;
      found.forEach(({ contributions }, i) => {
        for (const name of names)
          worst = Math.max(worst, Math.abs((contributions[name]?.[0] ?? 0) - wanted[i * (columns + 1) + place(name)]!));
      });
    }
    const median = times.slice(1).sort((a, b) => a - b)[1]!;
    const beside =
      what === "path-dependent"
        ? `; LightGBM ${peer.version} ${peer.seconds.toFixed(2)} s, so ${(peer.seconds / median).toFixed(2)}× its speed (goal 0.5); largest difference ${worst.toExponential(1)}`
        : "";
    console.log(`${rows} rows × ${columns}, ${what}: ${median.toFixed(2)} s${beside}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
