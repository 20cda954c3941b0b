import type { JsonObject, JsonValue } from "@millrace/program";
import type { StepKind } from "../model.ts";

/** Where a step is: `project:<path>` counts from the project's folder, `millrace:<path>` from this package. */
export type StepRef = {
  readonly module: string;
  readonly export: string;
  readonly name: string;
  readonly version: number;
};

/** One output of one node. Of a node that fans out it means the list of all its instances' outputs. */
export type OutputRef = { readonly node: string; readonly output: string };

export type PlanInput = {
  readonly refs: readonly OutputRef[];
  readonly many: boolean;
  readonly optional: boolean;
};

/** The node runs only if the recorded value of an output equals this one. `label` names it for people. */
export type PlanGuard = OutputRef & { readonly equals: JsonValue; readonly label: string };

/** Fan-out: one instance of the step for each element of a recorded list, given to the option `as`. */
export type PlanMap = OutputRef & { readonly as: string };

/** A question to a person. With `stream`, an entry there of type `entryType` about the same content answers it too. */
export type PlanWait = {
  readonly question: string;
  readonly stream: string | null;
  readonly entryType: string;
};

/** One node of a plan: a step with resolved options, or (`wait`) a question to a person. */
export type PlanNode = {
  readonly id: string;
  readonly step: StepRef;
  readonly kind: StepKind | "wait";
  readonly weight: "light" | "heavy";
  /** Resolved; of a node that fans out, as given: each instance's are resolved with its element. */
  readonly options: JsonObject;
  /** Option keys that are recorded but not keyed. */
  readonly unkeyed: readonly string[];
  /** `file#export` references in the options; their code is keyed with the step's. */
  readonly references: readonly string[];
  readonly inputs: Readonly<Record<string, PlanInput>>;
  /** Output names and their artifact types. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Outputs whose JSON values the journal keeps, because conditions or fan-outs read them. */
  readonly reports: readonly string[];
  readonly when: readonly PlanGuard[];
  /** Nodes that must have ended first, without an artifact between them. */
  readonly after: readonly string[];
  readonly map: PlanMap | null;
  readonly wait: PlanWait | null;
  /** Source steps: what stood for the outside's state when the plan was made. */
  readonly watermark: JsonValue;
  /** `inputs`: the watermark is taken when the node is keyed, because it depends on its inputs. */
  readonly watermarkAt: "plan" | "inputs";
  readonly retries: number;
  readonly timeoutMs: number | null;
  readonly memoryLimitBytes: number | null;
};

/** A pipeline as JSON: all that a driver needs beside the code. Nodes lie in an order in which each reads only earlier ones. */
export type Plan = {
  readonly format: 1;
  readonly pipeline: string;
  readonly version: number;
  readonly nodes: readonly PlanNode[];
};
