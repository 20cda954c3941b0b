import { systemClock } from "#kernel";
import { answerRetrainRequest, listRetrainRequests } from "#monitor";
import { type RunOutcome, wasCancelled } from "#pipeline";
import type { FactoryConfig } from "../config.ts";
import type { Project } from "../open-project.ts";
import { type TurnOptions, turnLoop } from "../run-factory.ts";

/**
 * Turns the loop and records the run as the answer to every request that was open when it started. A process that is killed
 * in between turns again when it is back: every step is then a hit.
 */
export async function turnAndAnswer(
  project: Project,
  config: FactoryConfig,
  options: TurnOptions = {},
): Promise<RunOutcome> {
  const open = await openRequests(project, config);
  const outcome = await turnLoop(project, config, options);
  const context = { metadata: project.metadata, clock: systemClock, by: `factory/${config.name}` };
  // What a person cancelled is not asked for again.
  if (outcome.state === "stopped" && !(await wasCancelled(project.metadata, outcome.runId))) return outcome;
  for (const { key } of open)
    await answerRetrainRequest(context, { factory: config.name, request: key, runId: outcome.runId });
  return outcome;
}

/** Requests to retrain that no run has answered. */
export async function openRequests({ metadata }: Project, { name }: FactoryConfig) {
  return (await listRetrainRequests({ metadata }, name)).filter((request) => request.runId === null);
}
