import { anomalies, conflict, definition, type ErrorSpec, environment, input, notFound, timeout } from "./kinds.ts";

export const factoryErrors = {
  FACTORY_CONFIG_MISSING: notFound("when there is no millrace.config.ts in the project's folder or above"),
  FACTORY_CONFIG_INVALID: definition("when millrace.config.ts does not match its schema, or contradicts itself"),
  FACTORY_CONFIG_BROKEN: definition(
    "when millrace.config.ts cannot be loaded: a syntax error, a failing import, or no default export",
  ),
  FACTORY_CONFIG_EXISTS: conflict("when `millrace init` would overwrite a configuration"),
  FACTORY_COLUMN_UNKNOWN: notFound("when the configuration or a command names a column that the data do not have"),
  FACTORY_TARGET_UNUSABLE: input(
    "when the target is missing in every row, constant, or has more classes than a task allows",
  ),
  FACTORY_DATA_INVALID: anomalies("when the validate step found anomalies of severity ERROR in the data"),
  FACTORY_NOT_FEASIBLE: input("when even a few training rows cannot be learned by heart, and the config blocks on it"),
  FACTORY_RULE_INVALID: definition("when a rule or scorecard does not match its schema, or there is none"),
  FACTORY_IMPORT_REFUSED: input(
    "when a file to import is no model that a program can hold, or a rule cannot be understood",
  ),
  FACTORY_IMPORT_UNFIT: input(
    "when an imported model does not fit the factory's data: task, columns, classes or missing scores",
  ),
  FACTORY_OUTCOME_TYPE: input(
    "when an outcome that came back cannot be read as the type that the target has in the data",
  ),
  FACTORY_EVIDENCE_MISSING: notFound("when a version has no record of something that its run should have made"),
  FACTORY_RUN_NOT_UNDER_WAY: conflict("when a run is to be cancelled that no process drives"),
  FACTORY_CANCEL_UNANSWERED: timeout("when a run that was cancelled goes on for longer than was waited"),
  FACTORY_BACKUP_EXISTS: conflict("when a backup would be written into a folder that holds something"),
  FACTORY_BACKUP_INSIDE: input("when a backup would be written into the state that it copies"),
  FACTORY_BACKUP_MISSING: notFound("when the folder to restore from holds no backup"),
  FACTORY_BACKUP_DAMAGED: environment("when a file of a backup is gone, or its bytes do not match their digest"),
  FACTORY_BACKUP_TOO_NEW: environment("when a newer Millrace wrote the backup"),
  FACTORY_HOME_OCCUPIED: conflict("when a backup would be restored over a project that has a state already"),
  FACTORY_HOME_IN_USE: conflict("when the state that a restore would replace is in use by a process"),
  FACTORY_DEMO_TURNED: conflict("when the demo is started in a folder in which a factory has turned already"),
  FACTORY_DEMO_DATA_MISSING: environment("when the package that ships the demo's data is not installed"),
} as const satisfies Record<`FACTORY_${string}`, ErrorSpec>;
