import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configReference, pagePath } from "../../scripts/config-reference.ts";

test("docs/reference/config.md is what the schema says (else: node scripts/config-reference.ts)", () => {
  expect(readFileSync(pagePath, "utf8")).toBe(configReference());
});
