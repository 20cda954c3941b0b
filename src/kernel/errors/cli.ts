import type { ErrorSpec } from "./kinds.ts";

export const cliErrors = {} as const satisfies Record<`CLI_${string}`, ErrorSpec>;
