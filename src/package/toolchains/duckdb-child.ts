// Runs one SQL statement over columns in a DuckDB of its own: JSON in on stdin, JSON out on stdout.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ChildJob } from "./child-job.ts";

const { model, rows, columns } = JSON.parse(readFileSync(0, "utf8")) as ChildJob;
const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
const connection = await instance.connect();
const types = { text: "VARCHAR", number: "DOUBLE", integer: "BIGINT" } as const;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const declared = columns.map(({ name, kind }) => `${quoted(name)} ${types[kind]}`);
await connection.run(`CREATE TABLE input (${declared.join(", ")})`);
const appender = await connection.createAppender("input");
for (let row = 0; row < rows; row++) {
  for (const { kind, values } of columns) {
    const value = values[row]!;
    if (value === null) appender.appendNull();
    else if (kind === "text") appender.appendVarchar(value);
    else if (kind === "number") appender.appendDouble(Number(value));
    else appender.appendBigInt(BigInt(value));
  }
  appender.endRow();
}
appender.closeSync();
for (const setting of ["enable_external_access = false", "lock_configuration = true"])
  await connection.run(`SET ${setting}`);
const result = await connection.runAndReadAll(model.replace(/;\s*$/, ""));
const answer = result.getRows().map((cells) => cells.map((cell) => (cell === null ? null : String(cell))));
process.stdout.write(JSON.stringify(answer));
