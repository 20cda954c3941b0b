import { join } from "node:path";
import { type DataSet, dataFolder, dataSets, writeDataSet } from "./data-sets.ts";
import { type Measured, type Peer, runOurs, runPeer } from "./peer.ts";
import { clockOf, medianOf, type Row } from "./table.ts";

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

/** Trees beside LightGBM's and scikit-learn's, on 1 and 2 threads, ours and theirs by turns. */
export function* treeRows(runs: number, wanted: (name: string) => boolean): Generator<Row> {
  for (const { learner, set, peers } of works) {
    if (!wanted(`${learner}/${set}`)) continue;
    writeDataSet(set);
    const digests = new Set<string | undefined>();
    for (const threads of [1, 2]) {
      const all: { ours: Measured[]; theirs: Measured[][] } = { ours: [], theirs: peers.map(() => []) };
      for (let run = 0; run < runs; run++) {
        all.ours.push(runOurs(learner, set, threads));
        for (const [k, { peer }] of peers.entries()) all.theirs[k]!.push(runPeer(peer, join(dataFolder, set), threads));
      }
      const ours = medianOf(all.ours);
      digests.add(ours.digest);
      const clock = clockOf(threads);
      for (const [k, { peer, goal }] of peers.entries()) {
        const theirs = medianOf(all.theirs[k]!);
        const ratio = ours[clock] / theirs[clock];
        yield {
          work: `${learner} ${dataSets[set]}`,
          peer,
          threads,
          clock,
          ours,
          theirs,
          ratio,
          ...(goal ? { goal } : {}),
        };
      }
    }
    if (digests.size !== 1) throw new Error(`${learner} on ${set}: one and two threads gave different models`);
    console.log(`${" ".repeat(4)}same digest on 1 and 2 threads: ${[...digests][0]!.slice(0, 16)}…`);
  }
}
