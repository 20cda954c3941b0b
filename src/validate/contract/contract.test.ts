import { expect, test } from "vitest";
import { contractRules, readContract } from "#validate";

const contract = (more: object) => JSON.stringify({ name: "orders", owner: "shop", ...more });

test("freshness is a rule among the others", () => {
  const read = readContract(contract({ freshness: { column: "at", withinHours: 24 } }));
  expect(contractRules(read)).toEqual([{ rule: "fresh", name: "freshness", column: "at", withinHours: 24 }]);
});

test.each([
  ["{", "no JSON"],
  [contract({ rule: [] }), "rule"],
  [contract({ owner: 3 }), "owner"],
  [contract({ rules: [{ rule: "unique", name: "ids" }] }), "rules.0.columns"],
  [contract({ severities: { SCHEMA_NEW_COLUM: "WARNING" } }), "severities"],
  [contract({ policy: { ids: "warn" } }), 'policy for "ids"'],
])("%s is refused: %s", (text, problem) => {
  expect(() => readContract(text)).toThrow(
    expect.objectContaining({ code: "VALIDATE_CONTRACT_INVALID", message: expect.stringContaining(problem) }),
  );
});
