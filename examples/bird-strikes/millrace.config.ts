import { defineFactory } from "millrace";

// Will this bird strike damage the aircraft? The demo's problem as a factory of its own, with most of what a config can say.
export default defineFactory({
  name: "bird-strikes",
  intendedUse: "Sort new strike reports so that maintenance looks first where damage is likely.",
  owner: "maintenance-planning",
  task: "binary",
  target: {
    name: "damaged",
    sql: "\"Effect Amount of damage\" <> 'None'", // None is a value here, not a missing cell
    sources: ["Effect Amount of damage"],
  },
  positive: true,
  data: {
    reports: {
      source: { kind: "file", path: "../../node_modules/vega-datasets/data/birdstrikes.csv" },
      owner: "Federal Aviation Administration, Wildlife Strike Database",
      meaning: "one reported collision of an aircraft with wildlife",
      licence: "United States public domain; as shipped by the npm package vega-datasets",
      refresh: "P1Y",
    },
    states: {
      source: { kind: "file", path: "../../node_modules/vega-datasets/data/population_engineers_hurricanes.csv" },
      meaning: "one state of the United States",
    },
  },
  prepare: [
    { op: "join", with: "states", on: [{ left: "Origin State", right: "state" }], columns: ["population"] },
    { op: "rename", columns: [{ from: "population", to: "State population" }] },
  ],
  roles: {
    time: "Flight Date", // so the split is by time
    metadata: ["Time of day"], // slices the evaluation; never learned from
  },
  knownAfter: ["Cost Repair", "Cost Other", "Cost Total $"], // filled in once the aircraft was looked at
  metric: "rocAucScore",
  learn: { budgetTrials: 6 },
  gate: {
    betterThanBaseline: { metric: "rocAucScore", confidence: 0.95 },
    betterThanChampion: { metric: "rocAucScore", confidence: 0.95 },
    minimum: { rocAucScore: 0.7 },
    minRows: 500,
  },
  assumptions: [
    {
      name: "aircraft-is-named",
      owner: "Federal Aviation Administration",
      statement: "Every report names the aircraft.",
      check: { column: "Aircraft Make Model", notMissing: true },
    },
    {
      name: "reports-are-not-all-strikes",
      owner: "maintenance-planning",
      statement: "Reporting is voluntary: strikes without damage are reported less often than they happen.",
    },
  ],
  triggers: { newLabels: 500, minimumRows: 200 },
  cost: { currency: "EUR", perCpuHour: 0.04, wattsPerCpu: 8 },
});
