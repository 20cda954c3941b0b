import { expect, test } from "vitest";
import { sqliteMetadata } from "#adapters/metadata-sql";
import { fakeClock } from "#kernel";
import { temporaryFolder } from "#testing";
import { openTestSet, verifyAudit } from "./index.ts";

test("every model that is measured on the same test rows counts once, on the audit trail", async () => {
  const folder = await temporaryFolder();
  const metadata = sqliteMetadata({ path: `${folder}/metadata.db` });
  await metadata.open();
  const context = { metadata, clock: fakeClock(1000), by: "factory/churn" };
  const open = async (content: string, testSet = "sha256:rows") =>
    (await openTestSet(context, { model: "churn", content, testSet, runId: null })).value.openings;
  expect([await open("a"), await open("b"), await open("a"), await open("c")]).toEqual([1, 2, 1, 3]);
  expect(await open("a", "sha256:new-rows")).toBe(1);
  expect(await verifyAudit(context)).toMatchObject({ ok: true, entries: 4 });
  await metadata.close();
});
