import { userInfo } from "node:os";
import { type FactoryConfig, findProject, loadConfig, openProject, type Project } from "#factory";
import { systemClock } from "#kernel";
import type { RegistryContext } from "#registry";
import type { ActionContext } from "./command.ts";

/** Opens the project that the command line means, and closes it whatever happens. */
export async function withProject<T>(context: ActionContext, work: (project: Project) => Promise<T>): Promise<T> {
  const project = await openProject(findProject(process.cwd(), context.options.project));
  try {
    return await work(project);
  } finally {
    await project.close();
  }
}

/** As `withProject`, with the config. */
export async function withFactory<T>(
  context: ActionContext,
  work: (project: Project, config: FactoryConfig) => Promise<T>,
): Promise<T> {
  const folder = findProject(process.cwd(), context.options.project);
  const config = await loadConfig(folder);
  return withProject({ ...context, options: { ...context.options, project: folder } }, (project) =>
    work(project, config),
  );
}

/** Who acts: `--by`, else the system's user. */
export function actorOf(context: ActionContext): string {
  const by = context.options.by;
  return typeof by === "string" && by !== "" ? by : userInfo().username;
}

export function registryContext(project: Project, context: ActionContext): RegistryContext {
  return { metadata: project.metadata, clock: systemClock, by: actorOf(context) };
}
