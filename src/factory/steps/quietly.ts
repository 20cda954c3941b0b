import { plainContext, type WorkContext } from "#kernel";

/** A step's context for a search within its work, whose progress would say nothing of the step's own. */
export function quietly(context: WorkContext): WorkContext {
  const { signal, random, clock, log } = context;
  return plainContext({ signal, random, clock, log, stopping: () => context.stopping() });
}
