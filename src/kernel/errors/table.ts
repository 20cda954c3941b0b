import { adaptersErrors } from "./adapters.ts";
import { cliErrors } from "./cli.ts";
import { datasetErrors } from "./dataset.ts";
import { evaluateErrors } from "./evaluate.ts";
import { factoryErrors } from "./factory.ts";
import { kernelErrors } from "./kernel.ts";
import type { ErrorSpec } from "./kinds.ts";
import { learnErrors } from "./learn.ts";
import { monitorErrors } from "./monitor.ts";
import { packageErrors } from "./package.ts";
import { pipelineErrors } from "./pipeline.ts";
import { registryErrors } from "./registry.ts";
import { serveErrors } from "./serve.ts";
import { serverErrors } from "./server.ts";
import { trafficErrors } from "./traffic.ts";
import { transformErrors } from "./transform.ts";
import { validateErrors } from "./validate.ts";

/** Every error code of the platform. Codes are never renamed or reused; a test keeps `docs/reference/errors/` in step. */
export const errorTable = {
  ...kernelErrors,
  ...datasetErrors,
  ...validateErrors,
  ...transformErrors,
  ...evaluateErrors,
  ...learnErrors,
  ...pipelineErrors,
  ...registryErrors,
  ...trafficErrors,
  ...packageErrors,
  ...serveErrors,
  ...monitorErrors,
  ...factoryErrors,
  ...serverErrors,
  ...cliErrors,
  ...adaptersErrors,
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorTable;
