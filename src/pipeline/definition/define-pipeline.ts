import { knownNames, MillraceError } from "#kernel";
import type { InputDeclarations, StepDefinition } from "../model.ts";
import type { PlanGuard, PlanInput } from "../plan/model.ts";
import { decisionStep, selectStep } from "./built-in-steps.ts";
import type {
  ArtifactListRef,
  ArtifactRef,
  ConditionHandle,
  ConditionSpec,
  ListSpec,
  NodeUse,
  Pipeline,
  PipelineBuilder,
  PipelineNode,
} from "./model.ts";

/**
 * A pipeline: a graph of steps, built once by calling `build` with typed handles.
 *
 * ```ts
 * const pipeline = definePipeline("demo", (p) => {
 *   const raw = p.step("ingest", ingest, { inputs: {}, options: { path: "a.csv" } });
 *   const gate = p.step("gate", judge, { inputs: { dataset: raw.out.dataset } });
 *   const good = p.when({ of: gate.out.verdict, path: "passed" });
 *   p.step("register", register, { inputs: { dataset: raw.out.dataset }, when: good });
 * });
 * pipeline.nodes.map((node) => node.id); // ["ingest", "gate", "gate.verdict.passed", "register"]
 * ```
 *
 * A condition or list is read by a node of its own, named after what it reads.
 * Errors: PIPELINE_NODE_INVALID: a name that is taken or malformed, an input that is missing, unknown or of another type.
 */
export function definePipeline(
  name: string,
  build: (p: PipelineBuilder) => void,
  { version = 1 }: { readonly version?: number } = {},
): Pipeline {
  const nodes = new Map<string, PipelineNode>();
  const guards: PlanGuard[] = [];

  const add = (node: PipelineNode): void => {
    if (!/^[a-zA-Z][\w.-]*$/.test(node.id))
      refuse(node.id, "its name must start with a letter and hold only letters, digits, dots, dashes and underscores");
    if (nodes.has(node.id)) refuse(node.id, "its name is taken by an earlier node");
    nodes.set(node.id, node);
  };

  const select = (spec: ListSpec, list: boolean): string => {
    const path = spec.path ?? "";
    const id = [spec.of.node, spec.of.output, ...(path === "" ? [] : [path]), ...(list ? ["list"] : [])]
      .join(".")
      .replace(/[^\w.-]/g, "_");
    if (nodes.has(id)) return id;
    add({
      ...plainNode(id, selectStep),
      options: { path, list },
      inputs: { from: single(spec.of) },
    });
    return id;
  };

  const conditions = (
    when: NodeUse<InputDeclarations, never>["when"],
    after: NodeUse<InputDeclarations, never>["after"],
  ) => [
    ...guards,
    ...[when ?? []].flat().map((condition) => (condition as ConditionHandle).guard),
    ...(after ?? []).flatMap((handle) => handle.guard ?? []),
  ];

  const commonOf = (
    id: string,
    step: StepDefinition,
    use: Partial<NodeUse<InputDeclarations, never>>,
  ): PipelineNode => ({
    ...plainNode(id, step),
    inputs: inputsOf(id, step, (use.inputs ?? {}) as Record<string, unknown>, nodes),
    when: conditions(use.when, use.after),
    after: (use.after ?? []).map((handle) => handle.id),
    timeoutMs: use.timeoutMs ?? step.timeoutMs,
    memoryLimitBytes: use.memoryLimitBytes ?? step.memoryLimitBytes,
    retries: use.retries ?? step.retries,
  });

  const builder: PipelineBuilder = {
    step(id, step, use) {
      const plain = step as unknown as StepDefinition;
      add({ ...commonOf(id, plain, use as object), options: use.options });
      return { id, out: outputsOf(id, plain, false) } as never;
    },
    when(condition, body) {
      const handle = "guard" in condition ? condition : conditionOf(condition);
      if (body !== undefined) {
        guards.push(handle.guard);
        try {
          body();
        } finally {
          guards.pop();
        }
      }
      return handle;
    },
    map(id, list, step, use) {
      const plain = step as unknown as StepDefinition;
      const as = use.as ?? "item";
      if (!(as in plain.options.shape))
        refuse(
          id,
          `its step has no option "${as}" for the element (${knownNames(as, Object.keys(plain.options.shape))})`,
        );
      const spec = "of" in list ? list : { of: list };
      const listNode = select(spec, true);
      add({
        ...commonOf(id, plain, use as object),
        options: use.options,
        map: { node: listNode, output: "value", as },
      });
      return { id, out: outputsOf(id, plain, true) } as never;
    },
    waitFor(id, use) {
      const question = use.question ?? `Is ${id} approved?`;
      const refs = [use.of].flat() as readonly ArtifactRef[];
      add({
        ...plainNode(id, decisionStep),
        options: { question },
        inputs: { of: { refs: refs.map(plainRef), many: true, optional: false } },
        when: conditions(use.when, use.after),
        after: (use.after ?? []).map((handle) => handle.id),
        wait: { question, stream: use.stream ?? null, entryType: use.entryType ?? "approval" },
      });
      const guard = { node: id, output: "decision", equals: "approved", label: `the answer to ${id}` };
      return { id, out: outputsOf(id, decisionStep, false), guard } as never;
    },
  };

  const conditionOf = (spec: ConditionSpec): ConditionHandle => {
    const node = select(spec, false);
    return { guard: { node, output: "value", equals: spec.equals ?? true, label: node } };
  };

  build(builder);
  return { name, version, nodes: [...nodes.values()] };
}

function plainNode(id: string, step: unknown): PipelineNode {
  return {
    id,
    step: step as StepDefinition,
    options: {},
    inputs: {},
    when: [],
    after: [],
    map: null,
    wait: null,
    timeoutMs: undefined,
    memoryLimitBytes: undefined,
    retries: undefined,
  };
}

function outputsOf(id: string, step: unknown, list: boolean) {
  return Object.fromEntries(
    Object.entries((step as StepDefinition).outputs).map(([output, { type }]) => [
      output,
      { node: id, output, type, ...(list ? { list: true } : {}) },
    ]),
  );
}

function inputsOf(
  id: string,
  step: StepDefinition,
  given: Record<string, unknown>,
  nodes: ReadonlyMap<string, PipelineNode>,
): Readonly<Record<string, PlanInput>> {
  for (const name of Object.keys(given))
    if (!(name in step.inputs))
      refuse(id, `the step ${step.name} has no input "${name}" (${knownNames(name, Object.keys(step.inputs))})`);
  return Object.fromEntries(
    Object.entries(step.inputs).map(([name, { type, many = false, optional = false }]) => {
      const value = given[name];
      if (value === undefined && !optional) refuse(id, `its input "${name}" is not given`);
      const refs = (value === undefined ? [] : [value].flat()) as unknown as readonly (ArtifactRef | ArtifactListRef)[];
      if (!many && refs.some((ref) => "list" in ref)) refuse(id, `its input "${name}" takes one artifact, not a list`);
      for (const ref of refs) {
        if (!nodes.has(ref.node))
          refuse(id, `its input "${name}" comes from "${ref.node}", which is not a node of this pipeline`);
        if (type !== "*" && ref.type !== type)
          refuse(id, `its input "${name}" takes a ${type}, and ${ref.node} gives a ${ref.type}`);
      }
      return [name, { refs: refs.map(plainRef), many, optional }];
    }),
  );
}

function single(ref: ArtifactRef): PlanInput {
  return { refs: [plainRef(ref)], many: false, optional: false };
}

function plainRef({ node, output }: ArtifactRef | ArtifactListRef) {
  return { node, output };
}

function refuse(id: string, problem: string): never {
  throw new MillraceError("PIPELINE_NODE_INVALID", {
    message: `The node "${id}" is not valid: ${problem}.`,
    next: "Correct the pipeline's definition.",
    facts: { node: id },
  });
}
