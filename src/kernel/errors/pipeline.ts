import {
  conflict,
  definition,
  type ErrorSpec,
  environment,
  input,
  notFound,
  timeout,
  transient,
  usage,
} from "./kinds.ts";

export const pipelineErrors = {
  PIPELINE_STEP_INVALID: definition("when the definition of a step breaks a rule of `defineStep`"),
  PIPELINE_STEP_NOT_EXPORTED: definition(
    "when a step's module does not export it under the name that the definition gives",
  ),
  PIPELINE_NODE_INVALID: definition(
    "when a node of a pipeline has a taken or malformed name, or inputs that do not fit its step",
  ),
  PIPELINE_OPTION_INVALID: definition("when the options given to a step do not match its schema"),
  PIPELINE_OPTION_NOT_PORTABLE: definition("when an option holds a function or another value that JSON cannot carry"),
  PIPELINE_MODULE_MISSING: definition("when a module that a step reaches by import cannot be found"),
  PIPELINE_MODULE_INVALID: definition("when a module that a step reaches by import does not parse"),
  PIPELINE_STEP_UNKNOWN: notFound("when a step is named that the pipeline does not have"),
  PIPELINE_STEP_NOT_PURE: definition("when a pure step touches the metadata or object store"),
  PIPELINE_STEP_FAILED: input("when the code of a step throws an error of its own"),
  PIPELINE_OUTPUT_INVALID: definition(
    "when a step gives back other outputs than it declares, or an output without content",
  ),
  PIPELINE_INPUT_FILE_UNKNOWN: definition("when a step reads a file that its input artifact does not have"),
  PIPELINE_VALUE_MISSING: definition("when a condition or a list reads a path that the JSON artifact does not have"),
  PIPELINE_MAP_NOT_LIST: definition("when a step fans out over a value that is not a list"),
  PIPELINE_STORE_ADDRESS_MISSING: definition(
    "when a step in a child process needs a store whose address the run was not given",
  ),
  PIPELINE_CODE_STALE: conflict(
    "when a step must run in this process, but its source files changed after the process loaded them",
  ),
  PIPELINE_TASK_INVALID: definition("when the module or export that a task names does not exist"),
  PIPELINE_TASK_MEMORY: environment("when a task's resident memory passed its limit and the task was killed"),
  PIPELINE_TASK_TIMEOUT: { ...timeout("when a task took longer than its timeout and was killed"), retryable: false },
  PIPELINE_TASK_KILLED: transient("when the process of a task died without an answer"),
  PIPELINE_RUN_UNKNOWN: notFound("when a run is named that is not recorded, or no unfinished run exists"),
  PIPELINE_RUN_BUSY: conflict("when another process drives the run"),
  PIPELINE_RUN_COMPLETE: conflict("when a complete run is asked to go on"),
  PIPELINE_RESUME_CHANGED: usage("when a run is resumed with options that only a new run can take"),
  PIPELINE_NODE_NOT_WAITING: conflict("when an answer is given to a node that does not wait for one"),
} as const satisfies Record<`PIPELINE_${string}`, ErrorSpec>;
