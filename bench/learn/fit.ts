// Fits one learner once and prints what it took, as JSON: node fit.ts LEARNER SET THREADS BINS
import { performance } from "node:perf_hooks";
import { evaluate } from "#evaluate";
import { digestBytes, plainContext } from "#kernel";
import { type Learner, learners } from "#learn";
import { type DataSet, readDataSet } from "./data-sets.ts";

const [name, set, threads, maxBins] = process.argv.slice(2);
const learner = learners[name as keyof typeof learners] as unknown as Learner;
const options = learner.options.parse(
  name === "gbdt" ? { trees: 100, leaves: 31, learningRate: 0.1, maxBins: Number(maxBins) } : { trees: 100 },
);
const train = readDataSet(set as DataSet, "train");

let [began, cpu] = [performance.now(), process.cpuUsage()];
let rounds = 0;
// Boosting counts from its first round: the peer's rows are binned beforehand too.
const progress = () => {
  if (name === "gbdt" && rounds++ === 0) [began, cpu] = [performance.now(), process.cpuUsage()];
};
const context = { ...plainContext(), seed: 1, threads: Number(threads), progress };
const model = await learner.fit({ task: "binary", classes: 2, train }, options, context);
const wall = (performance.now() - began) / 1000;
const used = process.cpuUsage(cpu);
const megabytes = process.resourceUsage().maxRSS / 1024;

const test = readDataSet(set as DataSet, "test");
const scores = learner.predict(model, test.features, test.rows).map((margin) => 1 / (1 + Math.exp(-margin)));
const { metrics } = evaluate("binary", { scores, labels: test.target }, { draws: 0 });
const { tensors } = learner.toProgram(model, {
  features: train.features.map((_, ref) => ({ ref })),
  nextRef: train.features.length,
  prefix: "",
});
const parts = [...tensors].map(([, { values }]) =>
  digestBytes(Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
);
console.log(
  JSON.stringify({
    wall,
    cpu: (used.user + used.system) / 1e6,
    megabytes,
    auc: metrics.rocAucScore!.value,
    logLoss: metrics.logLoss!.value,
    digest: digestBytes(parts.join("\n")),
  }),
);
