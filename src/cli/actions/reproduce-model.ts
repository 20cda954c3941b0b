import type { JsonValue } from "@millrace/program";
import { reproduceModel } from "#factory";
import { resolveModel } from "#registry";
import type { Action } from "../command.ts";
import { withProject } from "../with-project.ts";

/** Makes a version again from its record, and says whether it came out the same. */
export const reproduce: Action = (context, reference = "") =>
  withProject(context, async (project) => {
    const { terminal, signal } = context;
    const { version } = await resolveModel(project, reference);
    const name = `${version.model}:${version.version}`;
    terminal.say(`Making ${name} again, with nothing cached …`);
    const found = await reproduceModel(project, version, {
      signal,
      onEvent: (event) => {
        if (event.type === "node-progress") terminal.progress(`${event.node}: ${event.progress.what}`);
      },
    });
    const { identical, first, expected, actual, seconds, compared, codeChanged } = found;
    terminal.result(JSON.parse(JSON.stringify(found)) as JsonValue, () => [
      identical
        ? `identical: ${name} came out as ${expected}, with all ${compared} artifacts that lead to it (${seconds.toFixed(1)} s).`
        : `different: ${name} is ${expected}; this time ${actual === null ? "no model was made" : `it is ${actual}`} (${seconds.toFixed(1)} s).`,
      ...(first === null
        ? []
        : [
            `The first artifact that differs is ${first.node}/${first.output}: ${first.expected ?? "none"} then, ${first.actual ?? "none"} now.`,
            ...(first.error === undefined ? [] : [first.error]),
          ]),
      ...(codeChanged.length === 0 ? [] : [`Code that changed since: ${shown(codeChanged)}.`]),
    ]);
    return identical ? 0 : 1;
  });

function shown(names: readonly string[]): string {
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}
