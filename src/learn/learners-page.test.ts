import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withTables } from "../../scripts/learners-reference.ts";
import { learners } from "./learners.ts";

const page = readFileSync(new URL("../../docs/reference/learners.md", import.meta.url), "utf8");

test("the page of learners has their options (else run scripts/learners-reference.ts)", () => {
  expect(page).toBe(withTables(page));
});

test.for(Object.values(learners).map(({ name, traits }) => [name, traits.tasks] as const))(
  "%s: the page has its tasks and a section",
  ([name, tasks]) => {
    expect(page).toContain(`| \`${name}\` | ${tasks.join(", ")} |`);
    expect(page).toContain(`\n## \`${name}\`\n`);
  },
);
