import type { Column, Frame } from "@millrace/program";
import { load, encodeProgram } from "@millrace/program";
import { plainContext } from "#kernel";
import { selectRows } from "#dataset";
import { evaluate } from "#evaluate";
import { automl } from "#learn";
import { csvFrame } from "./test-data/csv-frame.ts";
const bird = csvFrame("node_modules/vega-datasets/data/birdstrikes.csv");
const dmg = bird.columns.get("Effect Amount of damage") as any;
let f: Frame = { rows: bird.rows, columns: new Map<string, Column>([...bird.columns, ["damaged", { type: "bool", values: Uint8Array.from(dmg.codes, (c: number) => (dmg.levels[c] !== "None" ? 1 : 0)) }]]) };
const time = (f.columns.get("Flight Date") as any).values;
f = selectRows(f, Uint32Array.from(Array.from({ length: f.rows }, (_, i) => i).sort((a, b) => time[a] - time[b] || a - b)));
const at = (a: number, b: number) => selectRows(f, Uint32Array.from({ length: b - a }, (_, i) => a + i));
for (const waive of [[], ["leakagePresence:Cost Other", "leakagePresence:Cost Repair", "leakagePresence:Cost Total $"]]) {
const t = performance.now();
const r = await automl({ train: at(0, 4800), validation: at(4800, 6000), target: "damaged", task: "binary", time: "Flight Date", targetSources: ["Effect Amount of damage"], seed: Number(process.argv[2] ?? 1), waive, budgetTrials: 12 }, plainContext());
console.log(((performance.now() - t) / 1000).toFixed(2), "s");
for (const l of r.leaderboard) console.log(l.rank, l.learner, l.score?.toFixed(4), l.interval?.map((x) => x.toFixed(3)).join("-"), l.trainSeconds.toFixed(2), l.scoreMicros, l.sizeBytes, JSON.stringify(l.facts), JSON.stringify(l.options));
console.log(r.reasons.join("\n"));
console.log(r.program.inputs.map((i) => i.name).join(", "));
const test = at(6000, 10000);
const s = load(r).scoreFrame(test);
const y = (test.columns.get("damaged") as any).values;
const e = evaluate("binary", { scores: s.score, labels: y, threshold: r.program.outputs.threshold! }, { draws: 50 });
console.log(JSON.stringify(e.metrics.rocAucScore), JSON.stringify(e.metrics.logLoss), JSON.stringify(e.metrics.f1Score), e.metrics.calibrationError);
}
