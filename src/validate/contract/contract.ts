import { z } from "zod";
import { MillraceError, parseOptions } from "#kernel";
import { anomalyTypes } from "../anomalies/model.ts";
import { ruleSchema } from "../rules/model.ts";

const policy = z.enum(["fail", "warn"]);

/** What a producer promises of its data: a schema, rules beyond it, how fresh they are, and who answers for them. */
export const contractSchema = z.strictObject({
  name: z.string().min(1),
  owner: z.string().min(1).describe("Who answers when it is broken."),
  description: z.string().optional(),
  schema: z.string().optional().describe("A .pbtxt or .json schema, its path counted from the contract's folder."),
  environment: z.string().optional().describe("Environment of the schema."),
  freshness: z
    .strictObject({ column: z.string().min(1), withinHours: z.number().positive() })
    .optional()
    .describe("A timestamp column, and how old its newest value may be."),
  rules: z.array(ruleSchema).default([]),
  datasets: z.record(z.string(), z.string()).default({}).describe("Files that rules refer to, by name."),
  severities: z.partialRecord(z.enum(anomalyTypes), z.enum(["ERROR", "WARNING"])).default({}),
  policy: z.record(z.string(), policy).default({}).describe("Per rule by its name: fail (default) or warn."),
});
export type ContractInput = z.input<typeof contractSchema>;
export type Contract = z.output<typeof contractSchema>;

/**
 * Reads a data contract.
 *
 * ```ts
 * readContract('{ "name": "orders", "owner": "shop", "rules": [{ "rule": "rows", "name": "some", "min": 1 }] }').owner; // "shop"
 * ```
 *
 * Errors: VALIDATE_CONTRACT_INVALID: when it is no JSON, or a field is wrong; names the field.
 */
export function readContract(text: string): Contract {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MillraceError("VALIDATE_CONTRACT_INVALID", {
      message: `The contract is no JSON: ${(cause as Error).message}.`,
      next: "Correct the file; docs/how-to/validate-data.md shows one.",
      cause,
    });
  }
  const contract = parseOptions(contractSchema, value as ContractInput, "the contract", "VALIDATE_CONTRACT_INVALID");
  const names = new Set(contract.rules.map(({ name }) => name));
  const unknown = Object.keys(contract.policy).find((name) => !names.has(name));
  if (unknown !== undefined)
    throw new MillraceError("VALIDATE_CONTRACT_INVALID", {
      message: `The contract has a policy for "${unknown}", and no rule of that name.`,
      next: `Name one of its rules: ${[...names].join(", ") || "it has none"}.`,
      facts: { rule: unknown },
    });
  return contract;
}

/** The rules of a contract, freshness among them. */
export function contractRules({ rules, freshness }: Contract): Contract["rules"] {
  return freshness === undefined ? rules : [...rules, { rule: "fresh", name: "freshness", ...freshness }];
}
