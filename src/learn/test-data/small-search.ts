import { automlOptionsSchema } from "../automl/model.ts";
import type { SearchFacts } from "../automl/search/search-facts.ts";
import type { Settings } from "../automl/trial/run-trial.ts";
import type { TrialRecord } from "../automl/trial/trial-record.ts";

/** What a search of a binary target is asked, and what there is to know of its rows. */
export const settings = (own: object = {}): Settings =>
  automlOptionsSchema.parse({ target: "y", task: "binary", metric: "rocAucScore", seed: 3, ...own }) as Settings;

export const facts: SearchFacts = {
  task: "binary",
  rows: 5000,
  columns: 10,
  classes: 2,
  rarest: 0.3,
  levels: 9,
  categorical: true,
  numbers: 6,
  text: false,
  least: -1,
  skew: 0,
};

/** A trial of five folds that took a second each. */
export const record = (own: Partial<TrialRecord>): TrialRecord => ({
  plan: { learner: "gbdt", options: {} },
  margins: new Float64Array(3),
  folds: 5,
  plannedFolds: 5,
  score: 0.5,
  interval: null,
  firstScore: 0.5,
  facts: {},
  work: 10,
  scoreMicros: 1,
  sizeBytes: 10,
  lost: [],
  trainSeconds: 5,
  ...own,
});
