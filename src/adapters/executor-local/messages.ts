import type { JsonObject, JsonValue } from "@millrace/program";
import type { Progress, TaskCost } from "#kernel";

/** From the parent to a child. One task at a time. */
export type ToChild =
  | { readonly type: "run"; readonly module: string; readonly export: string; readonly payload: JsonValue }
  | { readonly type: "stop" };

export type LogLevel = "debug" | "info" | "warn" | "error";

/** From a child to its parent. */
export type FromChild =
  | { readonly type: "ready" }
  | { readonly type: "progress"; readonly progress: Progress }
  | {
      readonly type: "log";
      readonly level: LogLevel;
      readonly bindings: JsonObject;
      readonly args: readonly JsonValue[];
    }
  | { readonly type: "memory"; readonly residentBytes: number }
  | { readonly type: "done"; readonly value: JsonValue; readonly cost: TaskCost }
  | { readonly type: "failed"; readonly error: JsonObject };
