import type { JsonObject, JsonValue } from "@millrace/program";
import type { Endpoint, ScoredRequest, TrafficSink } from "../model.ts";
import { invalid, isObject, objectOr, readId, readTime } from "../read-rows.ts";

/** `{ model: "name:version", predictions: [{ id, score, scores?, prediction, … }] }`, with the program's other outputs by name. */
export function scoreReply({ model, rows }: ScoredRequest): JsonObject {
  return {
    model: `${model.name}:${model.version}`,
    predictions: rows.map((row) => ({ ...row }) as unknown as JsonObject),
  };
}

/** An endpoint as a caller needs it: its routes, and the columns of each version. */
export function describeEndpoint(endpoint: Endpoint): JsonObject {
  const { name, revision, routes, shadow } = endpoint;
  return {
    endpoint: name,
    revision,
    routes: routes.map(({ model, weight }) => ({
      model: `${model.name}:${model.version}`,
      weight,
      task: model.task,
      classes: model.classes,
      inputs: model.inputs.map((input) => ({
        name: input.name,
        type: input.type,
        missingAllowed: input.missingAllowed,
        ...(input.width === undefined ? {} : { width: input.width }),
        ...(input.pattern === undefined ? {} : { pattern: input.pattern }),
        ...(input.invalid === undefined ? {} : { invalid: input.invalid }),
      })),
      ...(model.fallback === undefined ? {} : { fallback: true }),
      ...(model.extras.length === 0 ? {} : { outputs: model.extras.map((extra) => extra.name) }),
    })),
    shadow: shadow === null ? null : `${shadow.name}:${shadow.version}`,
  };
}

/**
 * Hands outcomes (`{ outcomes: [{ id, outcome, at? }] }` or one of them) or decisions (`decisions`, each with `decision` and
 * `by`) to the traffic log; returns how many.
 *
 * Errors: SERVE_REQUEST_INVALID: nothing is recorded then.
 */
export function takeFeedback(
  kind: "outcome" | "decision",
  endpoint: string,
  body: JsonValue,
  traffic: TrafficSink,
  nowMs: number,
): number {
  const request = objectOr(body, "The body is not a JSON object.");
  const list = request[`${kind}s`];
  const given = Array.isArray(list) ? list : [request];
  const read = given.map((one: JsonValue, index) => {
    if (!isObject(one)) throw invalid(`${kind} ${index} is not a JSON object.`);
    const requestId = readId(one.id ?? null);
    const value = one[kind];
    if (requestId === null) throw invalid(`${kind} ${index} has no "id".`);
    if (value === undefined || (typeof value === "object" && value !== null))
      throw invalid(`${kind} ${index} has no "${kind}" that is a text, number, true, false or null.`);
    if (kind === "decision" && typeof one.by !== "string") throw invalid(`decision ${index} has no "by".`);
    const shared = { requestId, endpoint, atMs: readTime(one.at ?? null) ?? nowMs };
    return { shared, value: value as string | number | boolean | null, by: String(one.by) };
  });
  for (const { shared, value, by } of read)
    if (kind === "outcome") traffic.outcome({ ...shared, outcome: value });
    else traffic.decision({ ...shared, decision: value, by });
  return read.length;
}
