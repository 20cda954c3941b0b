/**
 * ROC AUC and every other binary metric of a million rows with 1,000 draws of the bootstrap, and the area alone with
 * DeLong's formula. Target: 3 s for the metrics with their draws.
 */
import { evaluate } from "#evaluate";
import { randomStream } from "#kernel";

const rows = 1_000_000;
const random = randomStream(1, "bench/evaluate");
const labels = Uint8Array.from({ length: rows }, () => (random.uniform() < 0.3 ? 1 : 0));
const scores = Float64Array.from(labels, (label) => 1 / (1 + Math.exp(-(2 * random.uniform() + label - 1.5))));
for (const [what, draws] of [
  ["1,000 draws", 1000],
  ["formulas alone", 0],
] as const) {
  const times: number[] = [];
  let shown = "";
  for (let round = 0; round < 4; round++) {
    const start = process.hrtime.bigint();
    const { metrics } = evaluate("binary", { scores, labels }, { draws });
    // The first round warms the code up and is left out.
    if (round > 0) times.push(Number(process.hrtime.bigint() - start) / 1e9);
    const { value, low, high, interval } = metrics.rocAucScore!;
    const pr = metrics.prAucScore!;
    shown = `ROC AUC ${value!.toFixed(4)} (${low!.toFixed(4)} to ${high!.toFixed(4)}, ${interval}), PR AUC ${pr.value!.toFixed(4)}${pr.low === null ? "" : ` (${pr.low.toFixed(4)} to ${pr.high!.toFixed(4)})`}`;
  }
  const median = times.sort((a, b) => a - b)[1]!;
  console.log(
    `${rows.toLocaleString("en-US")} rows, ${what}: ${median.toFixed(2)} s${draws > 0 ? " (target 3 s)" : ""}; ${shown}`,
  );
}
