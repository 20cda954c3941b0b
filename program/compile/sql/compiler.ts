import type { Program, Tensors } from "../../model.ts";
import { ProgramError } from "../../problem.ts";
import { lowerProgram, unsupported } from "../lower.ts";
import type { Compiled, CompileOptions, Compiler } from "../model.ts";
import type { Dialect } from "./dialect.ts";
import { duckdb } from "./duckdb.ts";
import { postgres } from "./postgres.ts";
import { sqlite } from "./sqlite.ts";
import { statementOf } from "./statement.ts";

const dialects: Readonly<Record<"duckdb" | "postgres" | "sqlite", Dialect>> = { duckdb, postgres, sqlite };
const usage: Readonly<Record<Dialect["name"], readonly string[]>> = {
  duckdb: ["duckdb data.duckdb -csv < model.sql > scores.csv"],
  postgres: ["PGOPTIONS='-c jit=off' psql \"$DATABASE_URL\" --csv -f model.sql > scores.csv"],
  sqlite: ["sqlite3 -header -csv data.sqlite < model.sql > scores.csv"],
};

/**
 * A program as one SELECT over a table named `input`, for DuckDB (where no dialect is named), PostgreSQL or SQLite.
 *
 * Shapes: one row an input row: the id column where `idColumn` names one, `prediction`, `score`, and `score_<class>` for
 * each class of a multiclass model. Missing: NULL. Errors: PROGRAM_TARGET_UNSUPPORTED: what `supports` lists.
 */
export const sqlCompiler: Compiler = {
  kind: "compiler",
  name: "sql",
  version: "1",
  traits: { exact: false, tolerance: 1e-12 },
  supports: (program, tensors, options) => {
    try {
      statementOf(lowerProgram(program, tensors), dialectOf(options), { name: "model", ...options });
      return [];
    } catch (error) {
      if (error instanceof ProgramError && error.code === "PROGRAM_TARGET_UNSUPPORTED") return [error.message];
      throw error;
    }
  },
  compile: (program: Program, tensors: Tensors, options: CompileOptions): Compiled => {
    const dialect = dialectOf(options);
    const content = statementOf(lowerProgram(program, tensors), dialect, options);
    return { files: [{ path: "model.sql", content }], usage: usage[dialect.name] };
  },
};

function dialectOf(options: Partial<CompileOptions> = {}): Dialect {
  const name = options.dialect ?? "duckdb";
  if (!Object.hasOwn(dialects, name)) throw unsupported(`the dialect ${String(name)}`, "SQL");
  return dialects[name];
}
