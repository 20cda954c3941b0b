// Runs one SQL statement over columns in a SQLite of its own: JSON in on stdin, JSON out on stdout.
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { ChildJob } from "./child-job.ts";

const { model, rows, columns } = JSON.parse(readFileSync(0, "utf8")) as ChildJob;
const database = new DatabaseSync(":memory:", { allowExtension: false });
const types = { text: "TEXT", number: "REAL", integer: "INTEGER" } as const;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const declared = columns.map(({ name, kind }) => `${quoted(name)} ${types[kind]}`);
database.exec(`CREATE TABLE input (${declared.join(", ")})`);
const insert = database.prepare(`INSERT INTO input VALUES (${columns.map(() => "?").join(", ")})`);
database.exec("BEGIN");
for (let row = 0; row < rows; row++)
  insert.run(
    ...columns.map(({ kind, values }) => {
      const value = values[row]!;
      if (value === null || kind === "text") return value;
      return kind === "number" ? Number(value) : BigInt(value);
    }),
  );
database.exec("COMMIT");
const select = database.prepare(model);
select.setReturnArrays(true);
const answer = (select.all() as unknown as unknown[][]).map((cells) =>
  cells.map((cell) => (cell === null ? null : String(cell))),
);
process.stdout.write(JSON.stringify(answer));
