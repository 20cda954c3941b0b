import { loadavg } from "node:os";
import { join } from "node:path";
import { type DataSet, dataFolder, dataSets, writeDataSet } from "./data-sets.ts";
import { type Measured, type Peer, runOurs, runPeer } from "./peer.ts";
import { medianOf, type Row, rowOf } from "./table.ts";

interface Work {
  readonly learner: string;
  readonly set: DataSet;
  readonly peers: readonly { readonly peer: Peer; readonly goal?: number }[];
}

const works: readonly Work[] = [
  { learner: "gbdt", set: "mixed", peers: [{ peer: "lightgbm", goal: 1 }, { peer: "lightgbm-quantised" }] },
  { learner: "gbdt", set: "flights", peers: [{ peer: "lightgbm", goal: 1 }, { peer: "lightgbm-quantised" }] },
  { learner: "gbdt", set: "synthetic", peers: [{ peer: "lightgbm", goal: 0.9 }, { peer: "lightgbm-quantised" }] },
  { learner: "forest", set: "middle", peers: [{ peer: "forest", goal: 0.7 }] },
  { learner: "extraTrees", set: "middle", peers: [{ peer: "extraTrees", goal: 0.7 }] },
];

/**
 * Trees beside LightGBM's and scikit-learn's, on 1 and 2 threads, ours and theirs by turns. Each run has one bin less than
 * the one before: accuracy is the mean of models that differ a little, because one alone is as much luck as skill.
 */
export function* treeRows(
  runs: number,
  threadCounts: readonly number[],
  wanted: (name: string) => boolean,
): Generator<Row> {
  for (const { learner, set, peers } of works) {
    if (!wanted(`${learner}/${set}`)) continue;
    writeDataSet(set);
    const digests: (string | undefined)[][] = [];
    for (const threads of threadCounts) {
      const load = loadavg()[0]!;
      const all: { ours: Measured[]; theirs: Measured[][] } = { ours: [], theirs: peers.map(() => []) };
      for (let run = 0; run < runs; run++) {
        const bins = 255 - run;
        all.ours.push(runOurs(learner, set, threads, bins));
        for (const [k, { peer }] of peers.entries())
          all.theirs[k]!.push(runPeer(peer, join(dataFolder, set), threads, bins));
      }
      digests.push(all.ours.map(({ digest }) => digest));
      const ours = medianOf(all.ours);
      for (const [k, { peer, goal }] of peers.entries()) {
        const theirs = medianOf(all.theirs[k]!);
        const work = `${learner} ${dataSets[set]}`;
        yield rowOf({ work, peer, threads, load, ours, theirs, ...(goal ? { goal } : {}) });
      }
    }
    const [first, ...others] = digests;
    if (others.some((other) => other.some((digest, run) => digest !== first![run])))
      throw new Error(`${learner} on ${set}: one and two threads gave different models`);
    if (others.length > 0)
      console.log(`    the same models on 1 and 2 threads: ${first!.map((digest) => digest!.slice(7, 15)).join(" ")}`);
  }
}
