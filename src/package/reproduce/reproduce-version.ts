import type { Digest, JsonObject } from "@millrace/program";
import {
  type Artifact,
  type Executor,
  type Id,
  type Log,
  type MetadataStore,
  MillraceError,
  type ObjectStore,
  silentLog,
} from "#kernel";
import {
  describeRun,
  findRun,
  type PlanNode,
  type RunEvent,
  type RunOutcome,
  runPipeline,
  type StoreAddress,
} from "#pipeline";
import type { ModelVersion } from "#registry";
import { changedCode } from "./changed-code.ts";
import { replayPlan } from "./replay-plan.ts";

type Stores = { readonly metadata: MetadataStore; readonly objects: ObjectStore };

/** Empty stores of their own, in which everything is made anew. */
export interface EmptyHome extends Stores {
  readonly executor: Executor;
  readonly addresses: { readonly objects?: StoreAddress; readonly metadata?: StoreAddress };
  readonly scratch: string;
}

export interface ReproduceContext extends Stores {
  /** The project's folder, where its own steps lie. */
  readonly project: string;
  readonly home: EmptyHome;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly log?: Log;
}

/** The first artifact, in order of the graph, that came out otherwise. */
export interface FirstDifference {
  readonly node: string;
  readonly output: string;
  readonly expected: Digest | null;
  readonly actual: Digest | null;
  /** Where the step failed this time. */
  readonly error?: string;
}

export interface Reproduction {
  readonly identical: boolean;
  /** Content digests of the model. */
  readonly expected: Digest;
  readonly actual: Digest | null;
  readonly seconds: number;
  /** How many artifacts were made again and compared. */
  readonly compared: number;
  readonly first: FirstDifference | null;
  /** Source files and packages that are not what they were, of the steps that lead to the model. */
  readonly codeChanged: readonly string[];
}

/**
 * Makes a version again from its record (the data snapshot, the plan with its options, the seed) with nothing cached, and
 * compares the content digests of all that leads to the model.
 *
 * The code is that of now: where it changed since, `codeChanged` names the files, also when the model comes out the same.
 * Errors: PACKAGE_RECORD_MISSING: when the run or the snapshot is no longer on record; those of `runPipeline`.
 */
export async function reproduceVersion(context: ReproduceContext, version: ModelVersion): Promise<Reproduction> {
  const { home, project } = context;
  const startedMs = performance.now();
  const recorded = await recordedRun(context, version);
  const target = recorded.outcome.nodes.find(({ artifacts }) => Object.values(artifacts).includes(version.artifactId));
  if (target === undefined) throw missing(version, "the step that made its model");
  const before = await artifactsOf(context.metadata, recorded.outcome);
  const given = new Map<string, Artifact>();
  const plan = replayPlan(
    recorded.plan,
    target.id.split("/")[0]!,
    (node) => outputsOf(node, recorded.outcome, before, version, given),
    project,
  );
  await copyObjects([...given.values()], context, version);
  const outcome = await runPipeline({
    plan,
    seed: recorded.seed,
    metadata: home.metadata,
    objects: home.objects,
    executor: home.executor,
    addresses: home.addresses,
    scratch: home.scratch,
    project,
    log: context.log ?? silentLog,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
    ...(context.onEvent === undefined ? {} : { onEvent: context.onEvent }),
  });
  if (context.signal?.aborted)
    throw new MillraceError("KERNEL_STOPPED", {
      message: "The reproduction was stopped.",
      next: "Start it again: it begins anew.",
    });
  const after = await artifactsOf(home.metadata, outcome);
  const { compared, first } = compare(plan.nodes, recorded.outcome, before, outcome, after);
  const [output] = Object.entries(target.artifacts).find(([, id]) => id === version.artifactId)!;
  const made = outcome.nodes.find(({ id }) => id === target.id)?.artifacts[output];
  const actual = made === undefined ? null : (after.get(made)?.content ?? null);
  return {
    identical: first === null && actual === version.content,
    expected: version.content,
    actual,
    seconds: (performance.now() - startedMs) / 1000,
    compared,
    first,
    codeChanged: await changedCode(
      { metadata: context.metadata, outcome: recorded.outcome },
      { metadata: home.metadata, outcome },
      plan.nodes.filter(({ step }) => step.name !== "recorded").map(({ id }) => id),
    ),
  };
}

async function recordedRun({ metadata }: Stores, version: ModelVersion) {
  if (version.runId === null) throw missing(version, "a run");
  const { runId, started, events } = await findRun(metadata, version.runId);
  return { plan: started.plan, seed: started.seed, outcome: describeRun(runId, started.plan, events) };
}

type Artifacts = ReadonlyMap<string, Artifact>;

async function artifactsOf(metadata: MetadataStore, { nodes }: RunOutcome): Promise<Artifacts> {
  const ids = [...new Set(nodes.flatMap(({ artifacts }) => Object.values(artifacts)))] as Id[];
  if (ids.length === 0) return new Map();
  return new Map((await metadata.read({ find: "artifacts", ids })).map((one) => [one.id as string, one]));
}

/** What a node gave in the recorded run; noted in `given`, because its files are needed. */
function outputsOf(
  node: PlanNode,
  { nodes }: RunOutcome,
  artifacts: Artifacts,
  version: ModelVersion,
  given: Map<string, Artifact>,
): Readonly<Record<string, Artifact>> {
  const ran = nodes.find(({ id }) => id === node.id);
  return Object.fromEntries(
    Object.entries(ran?.artifacts ?? {}).map(([output, id]) => {
      const artifact = artifacts.get(id);
      if (artifact === undefined) throw missing(version, `the ${output} that ${node.id} gave`);
      given.set(id, artifact);
      return [output, artifact];
    }),
  );
}

async function copyObjects(
  artifacts: readonly Artifact[],
  { objects, home }: ReproduceContext,
  version: ModelVersion,
): Promise<void> {
  for (const { files, type } of artifacts)
    for (const { object } of Object.values(files)) {
      if (!(await objects.has(object))) throw missing(version, `the bytes of its ${type}`);
      await home.objects.put({ path: await objects.locate(object) });
    }
}

function compare(
  plan: readonly PlanNode[],
  recorded: RunOutcome,
  before: Artifacts,
  outcome: RunOutcome,
  after: Artifacts,
): { readonly compared: number; readonly first: FirstDifference | null } {
  let compared = 0;
  let first: FirstDifference | null = null;
  for (const { id, step } of plan) {
    if (step.name === "recorded") continue;
    for (const then of recorded.nodes.filter((one) => one.id === id || one.id.startsWith(`${id}/`))) {
      const now = outcome.nodes.find((one) => one.id === then.id);
      for (const [output, artifact] of Object.entries(then.artifacts)) {
        const expected = before.get(artifact)?.content ?? null;
        const actual = after.get(now?.artifacts[output] ?? "")?.content ?? null;
        compared++;
        if (expected === actual) continue;
        const error = now?.error?.message;
        first ??= { node: then.id, output, expected, actual, ...(error === undefined ? {} : { error }) };
      }
    }
  }
  return { compared, first };
}

function missing({ model, version, runId }: ModelVersion, what: string): MillraceError {
  const facts: JsonObject = { model, version, run: runId };
  return new MillraceError("PACKAGE_RECORD_MISSING", {
    message: `${model}:${version} cannot be made again: ${what} is no longer on record.`,
    next: "Show what its run recorded: `millrace runs show`; restore a backup that still has it.",
    facts,
  });
}
