import { canonicalJson } from "@millrace/program";
import { type Artifact, digestJson, type Id, newId } from "#kernel";
import type { Answer, Command } from "../next.ts";
import type { PlanNode } from "../plan/model.ts";
import { type Attempt, artifactRecords, codeRecords, eventRecords, executionRecords } from "../records/publish.ts";
import type { Drive } from "./model.ts";
import { prepareInstance } from "./prepare-instance.ts";

/**
 * Asks a person, or finds the answer that the same question about the same content had before: in an earlier run, or in the
 * stream that the node names.
 */
export async function askPerson(node: PlanNode, command: Extract<Command, { do: "ask" }>, drive: Drive): Promise<void> {
  const attempt = await attemptOf(node, command, drive);
  const { hit, inputs } = attempt.prepared;
  const asked = [inputs.of ?? []].flat() as readonly Artifact[];
  if (hit !== null) {
    const { decision, by } = hit.outputs[0]!.properties as unknown as Answer;
    const reason = `cached: ${decision} by ${by} in ${hit.execution.properties.run}`;
    const outputs = hit.execution.properties.outputs as Record<string, Id>;
    await publish({ ...attempt, reason }, "cached", outputs, { decision }, [], drive, { cachedFrom: hit.execution.id });
    return;
  }
  const elsewhere = await answerInStream(node, asked, drive);
  if (elsewhere !== undefined) {
    await publishAnswer({ ...attempt, reason: saying(elsewhere) }, elsewhere, drive);
    return;
  }
  await drive.journal.append(
    "node-waiting",
    { node: node.id, question: node.wait?.question ?? "", of: asked.map(({ id }) => id) },
    { key: `waiting/${node.id}/${drive.session}` },
  );
}

/** Records a person's answer as an execution with a `decision` artifact. */
export async function concludeAnswer(
  node: PlanNode,
  command: Extract<Command, { do: "conclude" }>,
  drive: Drive,
): Promise<void> {
  const attempt = await attemptOf(node, command, drive);
  await publishAnswer({ ...attempt, reason: saying(command.answer) }, command.answer, drive);
}

async function attemptOf(
  node: PlanNode,
  command: Extract<Command, { do: "ask" | "conclude" }>,
  drive: Drive,
): Promise<Attempt> {
  const startedMs = drive.clock.nowMs();
  const prepared = await prepareInstance(node, node.id, null, command.inputs, drive);
  return { node, instance: node.id, execution: newId("exe", startedMs), attempt: 1, startedMs, reason: "", prepared };
}

/** An entry of the named stream about the same content; the last one counts. */
async function answerInStream(node: PlanNode, asked: readonly Artifact[], drive: Drive): Promise<Answer | undefined> {
  const stream = node.wait?.stream;
  if (stream === null || stream === undefined) return undefined;
  const entries = await drive.metadata.read({ find: "entries", stream, type: node.wait!.entryType });
  const contents = new Set<unknown>(asked.map(({ content }) => content));
  const found = entries.findLast(({ data }) => contents.has(data.content));
  if (found === undefined) return undefined;
  const { decision, by, comment } = found.data;
  return {
    decision: decision === "rejected" ? "rejected" : "approved",
    by: String(by ?? "unknown"),
    comment: String(comment ?? ""),
  };
}

async function publishAnswer(attempt: Attempt, answer: Answer, drive: Drive): Promise<void> {
  const bytes = new TextEncoder().encode(canonicalJson(answer));
  const { digest, sizeBytes } = await drive.objects.put(bytes);
  const files = { "value.json": { object: digest, sizeBytes } };
  const draft = { files, content: digestJson({ "value.json": digest }), properties: answer };
  const artifacts = artifactRecords(attempt.node, { decision: draft }, drive.clock.nowMs());
  const outputs = Object.fromEntries(Object.entries(artifacts).map(([name, { id }]) => [name, id as Id]));
  const writes = Object.values(artifacts).map((value) => ({ put: "artifact", value }) as const);
  const also = [...(await codeRecords(attempt.prepared.code, drive)), ...writes];
  await publish(attempt, "done", outputs, { decision: answer.decision }, also, drive, {});
}

async function publish(
  attempt: Attempt,
  state: "done" | "cached",
  outputs: Readonly<Record<string, Id>>,
  values: { readonly decision: string },
  also: Awaited<ReturnType<typeof codeRecords>>,
  drive: Drive,
  more: { readonly cachedFrom?: string },
): Promise<void> {
  const { instance, execution, reason, startedMs } = attempt;
  const endedMs = drive.clock.nowMs();
  const ending = { state: state === "done" ? "complete" : "cached", endedMs, outputs, values, ...more } as const;
  await drive.journal.append(
    "node-finished",
    { node: instance, execution, state, reason, outputs, values, seconds: (endedMs - startedMs) / 1000, cost: null },
    {
      key: `finished/${instance}/${drive.session}`,
      also: [
        ...also,
        ...(await executionRecords(attempt, ending, drive)),
        ...eventRecords(attempt, outputs, drive, endedMs),
      ],
    },
  );
}

function saying({ decision, by, comment }: Answer): string {
  return `${decision} by ${by}${comment === "" ? "" : `: ${comment}`}`;
}
