import type { Command } from "commander";
import { bind, type Done } from "../command.ts";
import { example } from "./index.ts";
import { reading } from "./reading.ts";

/** `millrace data card`. */
export function registerCard(data: Command, done: Done): void {
  const card = reading(
    data
      .command("card <source>")
      .description("the data card of a data file, or of the data that a model version was made from (churn:7)"),
  );
  card
    .option("--out <file>", "a .html, .md or .json file; default: Markdown to stdout")
    .option("--note <file>", "what only a person can write: JSON with purpose, meaning, owner, licence and so on")
    .option("--schema <file>", "hold the data against this schema")
    .option("--target <column>", "the column that is to be predicted")
    .option("--time <column>", "when a row happened")
    .option("--as-of <date>", "the day from which age is counted; default: now")
    .option("--groups <columns>", "columns whose groups are important cases, separated by commas")
    .option("--population <file>", "JSON with stated shares: { column: { value: share } }");
  example(card, "millrace data card customers.csv --target churned --note note.json --out card.html");
  bind(card, done, async () => (await import("../actions/data-card.ts")).card);
}
