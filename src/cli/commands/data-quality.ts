import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { example } from "./index.ts";
import { reading } from "./reading.ts";

/** `millrace data quality` and `data mask`. */
export function registerDataQuality(data: Command, done: Done): void {
  const actions = () => import("../actions/data-quality.ts");

  const quality = reading(
    data
      .command("quality <source>")
      .description("personal data, duplicates, spellings of one category, stand-ins for missing, empty and id columns"),
  );
  quality.option("--split-column <name>", "a column that names each row's split: duplicates across splits are counted");
  example(quality, "millrace data quality customers.csv");
  bind(quality, done, async () => (await actions()).quality);

  const mask = reading(
    data.command("mask <source>").description("write a copy that tells less of persons, and how well its rows hide"),
  );
  mask
    .requiredOption("--out <file>", "a .csv or .parquet file")
    .requiredOption(
      "--mask <list>",
      "COLUMN=drop, redact, hash, prefix:N, range:WIDTH, year or month, separated by commas",
    )
    .option("--key <name>", "name of the secret that `hash` uses")
    .option("--quasi <columns>", "columns that a stranger may know, for k-anonymity")
    .option("--k <n>", "fewest rows that must agree in those columns (else nothing is written, and exit 1)", Number, 5);
  example(mask, "millrace data mask customers.csv --mask email=drop,zip=prefix:2 --quasi zip --out masked.csv");
  bind(mask, done, async () => (await actions()).mask);
}
