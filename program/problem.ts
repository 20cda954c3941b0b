/** Codes of what can be wrong with a program, its files or a value given to it. */
export type ProgramErrorCode =
  | "PROGRAM_JSON_INVALID"
  | "PROGRAM_FORMAT_UNKNOWN"
  | "PROGRAM_OPERATOR_UNKNOWN"
  | "PROGRAM_GRAPH_INVALID"
  | "PROGRAM_ATTRIBUTE_INVALID"
  | "PROGRAM_TENSOR_INVALID"
  | "PROGRAM_LIMIT_EXCEEDED"
  | "PROGRAM_FILE_INVALID"
  | "PROGRAM_INPUT_INVALID"
  | "PROGRAM_TARGET_UNSUPPORTED"
  | "PROGRAM_IMPORT_INVALID"
  | "PROGRAM_IMPORT_UNSUPPORTED"
  | "PROGRAM_RULE_INVALID"
  | "PROGRAM_RUNTIME_MISSING"
  | "PROGRAM_RUNTIME_FAILED";

/**
 * The one error of this package. `code` is stable, the message names the value and the limit, `next` says what to do.
 * It carries no data row.
 */
export class ProgramError extends Error {
  readonly code: ProgramErrorCode;
  readonly next: string;

  constructor(code: ProgramErrorCode, message: string, next: string) {
    super(message);
    this.name = "ProgramError";
    this.code = code;
    this.next = next;
  }
}
