import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { collect, example } from "./index.ts";
import { overSnapshots } from "./over-snapshots.ts";
import { choosingRows, readingParts } from "./reading.ts";

/** `millrace data diff`. */
export function registerDiff(data: Command, done: Done): void {
  const diff = choosingRows(
    readingParts(
      data
        .command("diff <before> <after>")
        .description("what changed between two schemas, two data sets or two files of statistics, in words"),
    ),
  );
  diff
    .option("--key <names>", "columns that tell rows apart, to find added, removed and changed rows")
    .option("--weight <column>", "how much each row counts: means, shares of missing values and rows are also weighed")
    .option("--slices <columns>", "also of each slice: columns separated by commas, crosses as a*b")
    .option("--slice-where <condition>", "also of the rows where it holds: name: SQL; may be repeated", collect, []);
  example(
    diff,
    "millrace data diff schema-1.pbtxt schema-2.pbtxt",
    "millrace data diff january.csv february.csv --key id --slices region --weight amount",
  );
  bind(diff, done, async () => overSnapshots((await import("../actions/diff-data.ts")).diff));
}
