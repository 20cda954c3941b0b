import type { JsonValue } from "@millrace/program";
import type { z } from "zod";
import type { InputDeclarations, OutputDeclarations, StepDefinition } from "../model.ts";
import type { OutputRef, PlanGuard, PlanInput, PlanMap, PlanWait } from "../plan/model.ts";

/** One artifact that an earlier node will make. `T` is its type's name. */
export interface ArtifactRef<T extends string = string> extends OutputRef {
  readonly type: T;
}

/** The artifacts of one output of every instance of a node that fans out. */
export interface ArtifactListRef<T extends string = string> extends OutputRef {
  readonly type: T;
  readonly list: true;
}

/** What a node's handle gives to later nodes. */
export interface StepHandle<O extends OutputDeclarations = OutputDeclarations> {
  readonly id: string;
  readonly out: { readonly [K in keyof O]: ArtifactRef<O[K]["type"]> };
}

export interface MapHandle<O extends OutputDeclarations = OutputDeclarations> {
  readonly id: string;
  readonly out: { readonly [K in keyof O]: ArtifactListRef<O[K]["type"]> };
}

/** A human gate. As `after` or `when` of another node it means "was approved". */
export interface WaitHandle extends StepHandle<{ readonly decision: { readonly type: "decision" } }> {
  readonly guard: PlanGuard;
}

/** A condition over a recorded value. */
export interface ConditionHandle {
  readonly guard: PlanGuard;
}

/** Reads the value at `path` (`a.b.0`, nothing for the whole) of a JSON artifact, and compares it (`true` unless told). */
export interface ConditionSpec {
  readonly of: ArtifactRef;
  readonly path?: string;
  readonly equals?: JsonValue;
}

export interface ListSpec {
  readonly of: ArtifactRef;
  readonly path?: string;
}

type TypeOf<D extends { readonly type: string }> = D["type"] extends "*" ? string : D["type"];

/** The handles that fit a step's declared inputs. */
export type InputRefs<I extends InputDeclarations> = {
  readonly [K in keyof I as I[K] extends { optional: true } | { many: true } ? never : K]: ArtifactRef<TypeOf<I[K]>>;
} & {
  readonly [K in keyof I as I[K] extends { many: true } ? K : never]:
    | readonly ArtifactRef<TypeOf<I[K]>>[]
    | ArtifactListRef<TypeOf<I[K]>>;
} & {
  readonly [K in keyof I as I[K] extends { optional: true } ? K : never]?: ArtifactRef<TypeOf<I[K]>> | undefined;
};

export interface NodeUse<I extends InputDeclarations, S extends z.ZodObject> {
  readonly inputs: InputRefs<I>;
  readonly options?: z.input<S>;
  readonly when?: ConditionHandle | readonly ConditionHandle[];
  readonly after?: readonly { readonly id: string; readonly guard?: PlanGuard }[];
  /** Overrides of the step's own limits. */
  readonly timeoutMs?: number;
  readonly memoryLimitBytes?: number;
  readonly retries?: number;
}

/** A node as the builder leaves it; `planPipeline` turns it into JSON. */
export interface PipelineNode {
  readonly id: string;
  readonly step: StepDefinition;
  readonly options: unknown;
  readonly inputs: Readonly<Record<string, PlanInput>>;
  readonly when: readonly PlanGuard[];
  readonly after: readonly string[];
  readonly map: PlanMap | null;
  readonly wait: PlanWait | null;
  readonly timeoutMs: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  readonly retries: number | undefined;
}

export interface Pipeline {
  readonly name: string;
  readonly version: number;
  readonly nodes: readonly PipelineNode[];
}

export interface PipelineBuilder {
  /** Adds a node; its handle's `out` feeds later nodes. */
  step<I extends InputDeclarations, O extends OutputDeclarations, S extends z.ZodObject>(
    id: string,
    step: StepDefinition<I, O, S>,
    use: NodeUse<I, S>,
  ): StepHandle<O>;
  /** A condition for the `when` of other nodes; with `body`, of every node that the body adds. */
  when(condition: ConditionSpec | ConditionHandle, body?: () => void): ConditionHandle;
  /** Adds one instance of the step for each element of a list; the element becomes the option `as` (`item` unless told). */
  map<I extends InputDeclarations, O extends OutputDeclarations, S extends z.ZodObject>(
    id: string,
    list: ArtifactRef | ListSpec,
    step: StepDefinition<I, O, S>,
    use: Omit<NodeUse<I, S>, "options"> & { readonly options?: Partial<z.input<S>>; readonly as?: string },
  ): MapHandle<O>;
  /** Asks a person. The run rests (`waiting`) until an answer is recorded; the same question about the same content is asked once. */
  waitFor(
    id: string,
    use: {
      readonly of: ArtifactRef | readonly ArtifactRef[];
      readonly question?: string;
      /** Another stream whose entries of `entryType` (`approval` unless told) with this `content` answer too. */
      readonly stream?: string;
      readonly entryType?: string;
      readonly when?: ConditionHandle | readonly ConditionHandle[];
      readonly after?: readonly { readonly id: string; readonly guard?: PlanGuard }[];
    },
  ): WaitHandle;
}
