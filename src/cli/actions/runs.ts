import type { JsonObject, JsonValue } from "@millrace/program";
import { planLoop, turnLoop } from "#factory";
import { isoTime } from "#kernel";
import { describeRun, findRun } from "#pipeline";
import type { Action } from "../command.ts";
import { runJson, runLines, tellRun } from "../show-run.ts";
import { table } from "../table.ts";
import { withFactory, withProject } from "../with-project.ts";
import { concludeRun } from "./run.ts";

export const list: Action = (context) =>
  withProject(context, async (project) => {
    const runs = await project.metadata.read({ find: "contexts", type: "run", limit: Number(context.options.limit) });
    const rows = runs.map(({ name, properties, createdMs }) => ({
      id: name,
      ...(properties as JsonObject),
      startedMs: createdMs,
    }));
    context.terminal.result({ runs: rows as JsonValue }, () =>
      rows.length === 0
        ? ["No run yet. Turn the loop: millrace run"]
        : table(
            runs.map(({ name, properties, createdMs }) => [
              name,
              String(properties.pipeline ?? ""),
              String(properties.state ?? ""),
              isoTime(createdMs).slice(0, 19).replace("T", " "),
            ]),
            { header: ["run", "pipeline", "state", "started (UTC)"] },
          ),
    );
    return 0;
  });

export const show: Action = (context, id) =>
  withProject(context, async (project) => {
    const newest =
      id ?? (await project.metadata.read({ find: "contexts", type: "run", limit: 1 }))[0]?.name ?? "newest";
    const { runId, started, events } = await findRun(project.metadata, newest);
    const outcome = describeRun(runId, started.plan, events);
    context.terminal.result(runJson(outcome), () => runLines(outcome));
    return 0;
  });

export const resume: Action = (context, id = "newest") =>
  withFactory(context, async (project, config) => {
    const outcome = await turnLoop(project, config, {
      resume: id,
      signal: context.signal,
      onEvent: tellRun(context.terminal),
    });
    return concludeRun(context, project, outcome);
  });

export const compare: Action = (context, a = "", b = "") =>
  withProject(context, async (project) => {
    const [first, second] = [await nodesOf(a), await nodesOf(b)];
    const names = [...new Set([...first.keys(), ...second.keys()])];
    const differences = names.flatMap((node) => {
      const was = first.get(node);
      const is = second.get(node);
      if (was === is) return [];
      return [{ node, first: was ?? null, second: is ?? null }];
    });
    context.terminal.result({ first: a, second: b, differences } as unknown as JsonObject, () =>
      differences.length === 0
        ? ["The two runs have the same keys in every step."]
        : table(
            differences.map(({ node, first: was, second: is }) => [node, was, is]),
            { header: ["step", a, b], widest: 50 },
          ),
    );
    return 0;

    async function nodesOf(run: string): Promise<ReadonlyMap<string, string>> {
      const { runId } = await findRun(project.metadata, run);
      const executions = await project.metadata.read({ find: "executions", contextId: runId });
      return new Map(
        executions.map(({ properties, cacheKey }) => [
          String(properties.node),
          `${cacheKey?.slice(7, 19) ?? "–"} ${JSON.stringify(properties.metrics ?? {})}`,
        ]),
      );
    }
  });

export const plan: Action = (context) =>
  withFactory(context, async (project, config) => {
    const made = await planLoop(project, config);
    context.terminal.result(JSON.parse(JSON.stringify(made)) as JsonObject, () =>
      table(
        made.nodes
          .filter((node) => !node.id.includes("."))
          .map((node) => [
            node.id,
            node.kind,
            Object.values(node.inputs)
              .flatMap(({ refs }) => refs.map((ref) => ref.node))
              .join(", "),
          ]),
        { header: ["step", "kind", "reads"] },
      ),
    );
    return 0;
  });
