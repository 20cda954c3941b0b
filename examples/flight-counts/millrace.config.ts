import { defineFactory, type FactoryInput } from "millrace";

type Operation = NonNullable<FactoryInput["prepare"]>[number];

/** Where one end of a route lies; routes whose airport is not in the list are left out, and the run says how many. */
const airportAt = (end: "origin" | "destination"): Operation => ({
  op: "join",
  with: "airports",
  on: [{ left: end, right: "iata" }],
  kind: "inner",
  columns: ["state", "latitude", "longitude"],
  prefix: `${end} `,
});

// How many flights go between two airports in a year? A number, from two data sets: one is joined at each end of the route.
export default defineFactory({
  name: "flight-counts",
  intendedUse: "A first guess of traffic on a route that nobody flies yet.",
  task: "regression",
  target: "log_flights",
  data: {
    routes: {
      source: { kind: "file", path: "../../node_modules/vega-datasets/data/flights-airport.csv" },
      meaning: "one pair of airports with the number of flights between them in 2008",
    },
    airports: {
      source: { kind: "file", path: "../../node_modules/vega-datasets/data/airports.csv" },
      meaning: "one airport of the United States",
    },
  },
  prepare: [
    { op: "filter", where: "origin <> destination" },
    { op: "derive", name: "log_flights", sql: "log10(count)" },
    airportAt("origin"),
    airportAt("destination"),
    { op: "derive", name: "degrees_north", sql: '"destination latitude" - "origin latitude"' },
    { op: "derive", name: "degrees_east", sql: '"destination longitude" - "origin longitude"' },
    { op: "derive", name: "degrees_apart", sql: "sqrt(degrees_north * degrees_north + degrees_east * degrees_east)" },
    { op: "drop", columns: ["count"] }, // the target was made of it
  ],
  roles: { group: "origin" }, // all routes of an airport stay in one split
  metric: "rmseError",
  learn: { budgetTrials: 6 },
  gate: { betterThanBaseline: { metric: "rmseError" }, betterThanChampion: { metric: "rmseError", confidence: 0.95 } },
});
