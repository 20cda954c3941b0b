import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { registerCard } from "./data-card.ts";
import { registerDiff } from "./data-diff.ts";
import { registerDataQuality } from "./data-quality.ts";
import { registerStats } from "./data-stats.ts";
import { collect, example } from "./index.ts";
import { overSnapshots } from "./over-snapshots.ts";
import { choosingRows, reading, readingParts } from "./reading.ts";

/** `millrace data …`: look at, read, describe, validate, compare and split data. */
export function registerData(program: Command, done: Done): void {
  const data = program.command("data").description("look at, read, describe, validate and compare data");
  const actions = () => import("../actions/data.ts");

  const inspect = reading(
    data.command("inspect <source>").description("columns, types, encoding and problems of a source"),
  );
  inspect
    .option("--time <column>", "when a row happened: how often rows arrive, and how old they are")
    .option("--as-of <date>", "the day from which age is counted; default: now")
    .option("--label <column>", "the answer: which share is labelled")
    .option("--label-cost <n>", "what one label costs", Number)
    .option("--groups <columns>", "columns whose groups are compared, separated by commas")
    .option("--population <file>", "JSON with stated shares: { column: { value: share } }");
  example(inspect, "millrace data inspect customers.csv --time joined --label churned --label-cost 2.5");
  bind(inspect, done, async () => (await actions()).inspect);

  const ingest = readingParts(
    data.command("ingest <source>").description("read a source and write exactly what was read"),
  );
  ingest.requiredOption("--out <file>", "a .csv or .parquet file");
  example(ingest, "millrace data ingest customers.csv --out customers.parquet");
  bind(ingest, done, async () => (await actions()).ingestCommand);

  registerStats(data, done);

  const profile = choosingRows(
    readingParts(
      data.command("profile <sources...>").description("a report on every column as one HTML file that opens offline"),
    ),
  );
  profile
    .requiredOption("--out <file>", "the .html file to write")
    .option("--schema <file>", "show anomalies against this schema")
    .option("--environment <name>", "environment of the schema")
    .option("--weight <column>", "how much each row counts: counts, means and histograms are then weighted")
    .option("--slices <columns>", "overlay each slice, too: columns separated by commas, crosses as a*b")
    .option("--slice-where <condition>", "overlay the rows where it holds: name: SQL; may be repeated", collect, [])
    .option("--names <names>", "what to call the data sets, separated by commas; default: their file names")
    .option("--title <text>", "heading of the report");
  example(profile, "millrace data profile january.csv february.csv --out report.html");
  example(profile, "millrace data profile trips.parquet --weight passengers --slices borough --out report.html");
  bind(profile, done, async () => overSnapshots((await import("../actions/profile.ts")).profile));

  const infer = choosingRows(
    readingParts(data.command("infer-schema <source>").description("a schema in TensorFlow Metadata's words")),
  );
  infer
    .option("--out <file>", "a .pbtxt or .json file; default: stdout")
    .option("--max-domain <n>", "a text column with more different values gets no domain", Number, 100)
    .option("--no-shape", "no fixed shape for columns without missing values")
    .option("--ranges", "numbers get a domain with the range that was seen")
    .option("--update <file>", "change this schema so that the data keep to it, instead of making one anew")
    .option(
      "--weight <column>",
      "how much each row counts: what is missing is then weighed, so rows of weight 0 say nothing",
    )
    .option(
      "--slices <columns>",
      "also a schema of each slice, and how it differs: columns separated by commas, crosses as a*b",
    )
    .option("--slice-where <condition>", "also one of the rows where it holds: name: SQL; may be repeated", collect, [])
    .option("--compat <name>", "tfdv: infer as TensorFlow Data Validation does where Millrace differs on purpose");
  example(infer, "millrace data infer-schema customers.csv --out schema.pbtxt");
  bind(infer, done, async () => overSnapshots((await import("../actions/infer-schema.ts")).inferSchemaCommand));

  const validate = choosingRows(
    readingParts(
      data
        .command("validate <source>")
        .description(
          "anomalies of a source, or of statistics (.pb, .json), against a schema or a contract (exit 4 on an ERROR)",
        ),
    ),
  );
  validate
    .option("--schema <file>", "a .pbtxt or .json schema")
    .option("--contract <file>", "a data contract (.json): schema, rules, freshness and owner")
    .option("--environment <name>", "environment of the schema")
    .option("--previous <file>", "the span before, for drift and the number of rows")
    .option("--previous-version <file>", "the version before, for the number of rows")
    .option("--serving <file>", "what is served, for skew")
    .option("--weight <column>", "how much each row counts: shares and counts are then weighted")
    .option("--slices <columns>", "hold each slice to the schema, too: columns separated by commas, crosses as a*b")
    .option(
      "--slice-where <condition>",
      "hold the rows where it holds to it, too: name: SQL; may be repeated",
      collect,
      [],
    )
    .option("--accept [names]", "change the schema file so that these anomalies go: feature, feature:TYPE, or all")
    .option("--quarantine <file>", "set the rows that cause errors aside in this .csv or .parquet")
    .option("--clean <file>", "write the other rows to this .csv or .parquet")
    .option("--as-of <time>", "the moment from which age counts; default: now")
    .option("--compat <name>", "tfdv: keep the quirks of TensorFlow Data Validation")
    .option("--dry-run", "say what --accept would change, and change nothing");
  example(validate, "millrace data validate new.csv --schema schema.pbtxt");
  bind(validate, done, async () => overSnapshots((await import("../actions/validate-data.ts")).validate));

  registerDiff(data, done);

  const drift = choosingRows(
    readingParts(
      data
        .command("drift <reference> <current>")
        .description("drift of each column between two sources, or two files of statistics"),
    ),
  );
  drift
    .option("--columns <names>", "only these columns, separated by commas")
    .option(
      "--test <names>",
      "auto, psi, js, linf, ks, wasserstein, chi2, gtest, hellinger, tvd, nad, missingShare, newLevels, outsideBand, domain or pca",
      "auto",
    )
    .option("--keys <names>", "join rows on these columns and compare them value by value")
    .option("--tolerance <x>", "with --keys: numbers this close are equal", Number, 0)
    .option("--slices <names>", "compare these columns' values apart, too, like region,plan*age")
    .option(
      "--slice-where <condition>",
      "compare the rows where it holds apart, too: name: SQL; may be repeated",
      collect,
      [],
    )
    .option("--weight <column>", "row weights")
    .option("--compat <name>", "tfdv or evidently: their distances, bins and thresholds")
    .option("--fail-on-drift", "exit 9 where drift is found");
  example(drift, "millrace data drift january.csv february.csv --fail-on-drift");
  bind(drift, done, async () => overSnapshots((await import("../actions/drift.ts")).drift));

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

  registerDataQuality(data, done);
  registerCard(data, done);

  const synth = reading(
    data.command("synth <source>").description("made-up rows that look like a data file, or that keep to a schema"),
  );
  synth
    .requiredOption("--out <file>", "a .csv or .parquet file")
    .option("--rows <n>", "how many rows", Number, 1_000)
    .option("--seed <n>", "seed", Number, 1)
    .option(
      "--plant <list>",
      "faults: drift:COLUMN=STDS, leak:COLUMN=TARGET*SHARE, noise:TARGET=SHARE, signal:TARGET=COLUMN*STRENGTH",
    );
  example(synth, "millrace data synth customers.csv --rows 5000 --plant drift:age=0.5 --out drifted.csv");
  bind(synth, done, async () => (await import("../actions/data-synth.ts")).synth);
}
