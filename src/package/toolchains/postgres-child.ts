// Runs one SQL statement over columns on a PostgreSQL server, in a temporary table: JSON in on stdin, JSON out on stdout.
import { readFileSync } from "node:fs";
import pg from "pg";
import type { ChildJob } from "./child-job.ts";

const { model, rows, columns, address } = JSON.parse(readFileSync(0, "utf8")) as ChildJob;
const client = new pg.Client({ connectionString: address! });
await client.connect();
const types = { text: "text", number: "float8", integer: "int8" } as const;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const declared = columns.map(({ name, kind }) => `${quoted(name)} ${types[kind]}`);
await client.query("SET jit = off");
await client.query(`CREATE TEMPORARY TABLE input (${declared.join(", ")})`);
const piece = 1000;
for (let from = 0; from < rows; from += piece)
  await client.query(
    `INSERT INTO input SELECT * FROM unnest(${columns.map(({ kind }, k) => `$${k + 1}::${types[kind]}[]`).join(", ")})`,
    columns.map(({ values }) => values.slice(from, from + piece)),
  );
const { rows: found } = await client.query({ text: model, rowMode: "array" });
await client.end();
const answer = (found as unknown[][]).map((cells) => cells.map((cell) => (cell === null ? null : String(cell))));
process.stdout.write(JSON.stringify(answer));
