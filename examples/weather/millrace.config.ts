import { defineFactory } from "millrace";

// Which kind of weather was it? Five classes from a day's measurements in Seattle, 2012 to 2015, split by time.
export default defineFactory({
  name: "weather",
  intendedUse: "Fill in the kind of weather where a station reports only numbers.",
  task: "multiclass",
  target: "weather",
  data: {
    days: {
      source: { kind: "file", path: "../../node_modules/vega-datasets/data/seattle-weather.csv" },
      owner: "National Oceanic and Atmospheric Administration",
      meaning: "one day in Seattle",
    },
  },
  roles: { time: "date" },
  split: { strategy: "time", train: 0.6, validation: 0.2, test: 0.2 },
  metric: "logLoss", // it asks for honest probabilities of every class
  learn: { budgetTrials: 6 },
  gate: { betterThanBaseline: { metric: "logLoss" }, betterThanChampion: { metric: "logLoss", confidence: 0.95 } },
  assumptions: [
    {
      name: "rain-is-not-negative",
      owner: "weather-desk",
      statement: "The gauge never reports less than nothing.",
      check: { column: "precipitation", min: 0, notMissing: true },
    },
  ],
});
