import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { example } from "./index.ts";
import { reading } from "./reading.ts";

/** `millrace data …`: look at, read, describe, validate, compare and split data. */
export function registerData(program: Command, done: Done): void {
  const data = program.command("data").description("look at, read, describe, validate and compare data");
  const actions = () => import("../actions/data.ts");

  const inspect = reading(
    data.command("inspect <source>").description("columns, types, encoding and problems of a source"),
  );
  example(inspect, "millrace data inspect customers.csv");
  bind(inspect, done, async () => (await actions()).inspect);

  const ingest = reading(data.command("ingest <source>").description("read a source and write exactly what was read"));
  ingest.requiredOption("--out <file>", "a .csv or .parquet file");
  example(ingest, "millrace data ingest customers.csv --out customers.parquet");
  bind(ingest, done, async () => (await actions()).ingestCommand);

  const stats = reading(data.command("stats <source>").description("exact statistics of every column"));
  example(stats, "millrace data stats customers.csv --json");
  bind(stats, done, async () => (await actions()).stats);

  const profile = reading(
    data.command("profile <sources...>").description("a report on every column as one HTML file that opens offline"),
  );
  profile
    .requiredOption("--out <file>", "the .html file to write")
    .option("--schema <file>", "show anomalies against this schema")
    .option("--environment <name>", "environment of the schema")
    .option("--names <names>", "what to call the data sets, separated by commas; default: their file names")
    .option("--title <text>", "heading of the report");
  example(profile, "millrace data profile january.csv february.csv --out report.html");
  bind(profile, done, async () => (await import("../actions/profile.ts")).profile);

  const infer = reading(data.command("infer-schema <source>").description("a schema in TensorFlow Metadata's words"));
  infer.option("--out <file>", "a .pbtxt or .json file; default: stdout");
  example(infer, "millrace data infer-schema customers.csv --out schema.pbtxt");
  bind(infer, done, async () => (await actions()).inferSchemaCommand);

  const validate = reading(
    data
      .command("validate <source>")
      .description("anomalies of a source against a schema (exit 4 where an ERROR stands)"),
  );
  validate
    .requiredOption("--schema <file>", "a .pbtxt or .json schema")
    .option("--environment <name>", "environment of the schema");
  example(validate, "millrace data validate new.csv --schema schema.pbtxt");
  bind(validate, done, async () => (await actions()).validate);

  const drift = reading(
    data.command("drift <reference> <current>").description("drift of each column between two sources"),
  );
  drift
    .option("--columns <names>", "only these columns, separated by commas")
    .option(
      "--test <names>",
      "auto, psi, js, linf, ks, wasserstein, chi2, gtest, hellinger, tvd, nad, missingShare, newLevels, outsideBand or domain",
      "auto",
    )
    .option("--keys <names>", "join rows on these columns and compare them value by value")
    .option("--tolerance <x>", "with --keys: numbers this close are equal", Number, 0)
    .option("--slices <names>", "compare these columns' values apart, too, like region,plan*age")
    .option("--weight <column>", "row weights")
    .option("--compat <name>", "tfdv or evidently: their distances, bins and thresholds")
    .option("--fail-on-drift", "exit 9 where drift is found");
  example(drift, "millrace data drift january.csv february.csv --fail-on-drift");
  bind(drift, done, async () => (await import("../actions/drift.ts")).drift);

  const split = reading(
    data.command("split <source>").description("split a source into train, validation and test files"),
  );
  split
    .requiredOption("--out <dir>", "folder for train.parquet, validation.parquet and test.parquet")
    .option("--strategy <name>", "random, stratified, group or time", "random")
    .option("--target <column>", "for a stratified split")
    .option("--time <column>", "for a time split")
    .option("--group <column>", "for a group split")
    .option("--fractions <list>", "train, validation and test", "0.7,0.15,0.15")
    .option("--seed <n>", "seed", Number, 1);
  example(split, "millrace data split trips.csv --strategy time --time started --out parts");
  bind(split, done, async () => (await actions()).split);
}
