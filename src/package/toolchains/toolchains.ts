import type { Toolchain } from "../model.ts";
import { cToolchain, goToolchain, javaToolchain, nodeToolchain, pythonToolchain } from "./languages.ts";
import { onnxToolchain } from "./onnx.ts";
import { duckdbToolchain, postgresToolchain, sqliteToolchain } from "./sql.ts";

export interface ToolchainOptions {
  /** A PostgreSQL server to run SQL on: `postgres://user@host:port/database`. */
  readonly postgres?: string;
}

/** Every way to run an export that there is. */
export function allToolchains({ postgres }: ToolchainOptions = {}): readonly Toolchain[] {
  return [
    nodeToolchain,
    pythonToolchain,
    cToolchain,
    javaToolchain,
    goToolchain,
    onnxToolchain,
    duckdbToolchain,
    sqliteToolchain,
    postgresToolchain(postgres),
  ];
}
