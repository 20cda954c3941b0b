import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { collect, example } from "./index.ts";
import { overSnapshots } from "./over-snapshots.ts";
import { choosingRows, readingParts } from "./reading.ts";

/** `millrace data stats`. */
export function registerStats(data: Command, done: Done): void {
  const stats = choosingRows(
    readingParts(data.command("stats <source>").description("exact statistics of every column")),
  );
  stats
    .option("--out <file>", "write TensorFlow Metadata's statistics: a .pb or .json file")
    .option("--weight <column>", "how much each row counts, for weighted figures beside the plain ones")
    .option("--cross", "also covariance and correlation of each pair of columns of numbers")
    .option("--label <column>", "also what each column says of this one: mutual information and lift")
    .option("--semantic", "also whether values look like language, times or images")
    .option("--slices <columns>", "also of each slice: columns separated by commas, crosses as a*b")
    .option("--slice-where <condition>", "also of the rows where it holds: name: SQL; may be repeated", collect, []);
  example(
    stats,
    "millrace data stats customers.csv --json",
    "millrace data stats trips.parquet --weight passengers --slices borough,borough*hour --out stats.pb",
  );
  bind(stats, done, async () => overSnapshots((await import("../actions/data-stats.ts")).stats));
}
