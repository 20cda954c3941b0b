import { isTextInput } from "../lower/builder.ts";
import type { CompileOptions, Lowered, LoweredExtra, LoweredInput } from "../model.ts";
import { reasonTexts } from "../printing/extras.ts";
import { inComment, titleOf } from "../printing/names.ts";
import { prefixInC } from "./literals.ts";

/** `model.h`: the row, the result and the functions of a library. */
export function printHeader({ program, inputs, extras }: Lowered, options: CompileOptions, isStatic: boolean): string {
  const prefix = prefixInC(options);
  const upper = prefix.toUpperCase();
  const { task } = program.outputs;
  const classes = task === "regression" ? 0 : program.outputs.classes!.length;
  const result =
    task === "regression"
      ? ["  double prediction; /* the score */"]
      : [
          "  long prediction; /* place in the table of classes; -1 where there is none */",
          `  double scores[${classes}]; /* of each class */`,
        ];
  return `/* ${titleOf(options)} */
#ifndef MILLRACE_${upper}_H
#define MILLRACE_${upper}_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ${upper}_INPUTS ${inputs.length}
#define ${upper}_CLASSES ${classes}

/* UTF-8, which may hold NUL; missing where the length is 0. */
typedef struct {
  const char *text;
  size_t length;
} ${prefix}_text;

/* The raw columns of one row. NAN is missing; bools are 0 or 1, timestamps whole microseconds since 1970 UTC. */
typedef struct {
${inputs.length === 0 ? "  char unused;" : inputs.map((input, k) => member(input, k, prefix)).join("\n")}
} ${prefix}_row;

typedef struct {
  double score; /* ${scoreOf(task)}; NAN where it is missing */
${result.join("\n")}
${extras.map((extra) => `${extraMember(extra, classes)}\n`).join("")}} ${prefix}_result;

enum { ${["NUMBER", "INTEGER", "BOOL", "TIMESTAMP", "STRING", "STRINGS", "VECTOR"].map((type) => `${upper}_${type}`).join(", ")} };

typedef struct {
  ${prefix}_text name;
  int type;
  int missing_allowed;
  size_t offset; /* in ${prefix}_row */
} ${prefix}_input;

extern const ${prefix}_input ${prefix}_inputs[${Math.max(1, inputs.length)}];
${classes === 0 ? "" : `extern const ${prefix}_text ${prefix}_classes[${classes}];\n`}
/* Scores one row: 0, or 1 + the place of an input that is not what its type says, or missing where it may not be. */
int ${prefix}_score(const ${prefix}_row *row, ${prefix}_result *result);

/* Scores rows, which is faster than one by one; gives how many: fewer than \`count\` where the next one is refused. */
size_t ${prefix}_score_rows(const ${prefix}_row *rows, size_t count, ${prefix}_result *results);
${isStatic ? "\n/* This model is large: only one thread may score at a time. */\n" : ""}
#ifdef __cplusplus
}
#endif

#endif
`;
}

function extraMember({ kind, column }: LoweredExtra, classes: number): string {
  if (kind === "number") return `  double ${column}; /* NAN where it is missing */`;
  if (kind === "set") return `  int set[${classes}]; /* whether each class is in it; -1 where the score is missing */`;
  const reasons = reasonTexts.map((text, k) => (k === 0 ? "0 none" : `${k} ${text}`)).join(", ");
  return `  int abstain; /* why there is no prediction: ${reasons} */`;
}

function member({ input }: LoweredInput, k: number, prefix: string): string {
  const what = `${input.type}${input.width === undefined ? "" : ` of ${input.width}`}: ${inComment(input.name)}`;
  if (input.type === "vector") return `  const double *x${k}; /* ${what}; NULL is missing */`;
  const type = isTextInput(input.type) ? `${prefix}_text` : "double";
  return `  ${type} x${k}; /* ${what}${input.type === "strings" ? "; each item, and a NUL behind it" : ""} */`;
}

function scoreOf(task: string): string {
  if (task === "regression") return "the value";
  return task === "binary" ? "the probability of class 1" : "the greatest of the scores";
}
