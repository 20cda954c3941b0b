import { definition, type ErrorSpec, input, notFound } from "./kinds.ts";

export const validateErrors = {
  VALIDATE_SCHEMA_TEXT_INVALID: input("when a schema in text-proto form does not parse; names the line and column"),
  VALIDATE_SCHEMA_JSON_INVALID: input("when a schema in JSON form does not parse, or a known field has the wrong type"),
  VALIDATE_ENVIRONMENT_UNKNOWN: input("when the environment asked for is not among the schema's default environments"),
  VALIDATE_COLUMN_UNKNOWN: notFound("when a column that was named is not in the data"),
  VALIDATE_COLUMN_TYPE: input("when a check or test does not fit the type of its column"),
  VALIDATE_MASK_NOT_POSSIBLE: definition(
    "when a mask does not fit the type of its column, or `hash` has no key of 16 bytes",
  ),
  VALIDATE_DRIFT_TEST_UNKNOWN: definition("when a drift test that was named does not exist"),
  VALIDATE_KEY_REPEATED: input("when two rows of one side of a row-by-row comparison have the same key"),
  VALIDATE_WEIGHT_INVALID: input("when a row's weight is missing, negative or no number, or all weights are 0"),
  VALIDATE_CONTRACT_INVALID: definition("when a data contract is no JSON, or a field of it is wrong; names the field"),
  VALIDATE_WINDOW_EMPTY: input("when the reference or the current window of a comparison has no rows"),
  VALIDATE_STATISTICS_INVALID: input("when a file of statistics is not what the reference writes; names the place"),
  VALIDATE_PARTIAL_MISMATCH: input("when partial statistics that are merged have other columns, types or options"),
  VALIDATE_SLICES_TOO_MANY: input("when the columns to slice by have more values than slices are allowed"),
} as const satisfies Record<`VALIDATE_${string}`, ErrorSpec>;
