import type { JsonObject } from "@millrace/program";
import type { MetadataQuery, MetadataWrite } from "#kernel";
import type { SqliteFile } from "../dialects/sqlite/open-database.ts";

/** What the worker is started with. */
export type ThreadStart = SqliteFile;

export type Request =
  | { readonly call: number; readonly verb: "open" | "migrate" }
  | { readonly call: number; readonly verb: "close" }
  | { readonly call: number; readonly verb: "write"; readonly batch: readonly MetadataWrite[] }
  | { readonly call: number; readonly verb: "read"; readonly query: MetadataQuery };

export type Reply =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: JsonObject };
