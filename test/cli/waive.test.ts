import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { millrace, temporaryFolder } from "./millrace.ts";

const folder = temporaryFolder();
const cwd = folder.path;

/** Repairs whose bill is written only where there was damage, and an honest speed beside it. */
function repairs(): string {
  const line = (k: number) => {
    const speed = (k * 7919) % 101;
    const damaged = speed + ((k * 104729) % 67) > 110;
    return `${speed},${(k * 31) % 17},${damaged ? 100 + (k % 50) : 0},${damaged ? "yes" : "no"}`;
  };
  return ["speed,wind,bill,damaged", ...Array.from({ length: 400 }, (_, k) => line(k))].join("\n");
}

const config = (learn: string) => `import { defineFactory } from "millrace";

export default defineFactory({
  name: "repairs",
  task: "binary",
  target: "damaged",
  positive: "yes",
  data: { repairs: { source: { kind: "file", path: "repairs.csv" } } },
  learn: { budgetTrials: 2, ${learn} },
});
`;
const write = (learn = "") => writeFile(join(cwd, "millrace.config.ts"), config(learn));
const finding = /✗ (leakage\w+) bill/;

beforeAll(async () => {
  await writeFile(join(cwd, "repairs.csv"), repairs());
  await write();
});
afterAll(() => folder.remove());

test("a leak is blocked, waived by a person with a signature, and told as waived from then on", {
  timeout: 240_000,
}, async () => {
  const blocked = millrace(["run"], { cwd });
  expect([blocked.code, blocked.stdout]).toEqual([0, expect.stringMatching(finding)]);
  expect(blocked.stdout).toContain("Why this model");
  const name = `${finding.exec(blocked.stdout)![1]}:bill`;

  const { privateKey } = generateKeyPairSync("ed25519");
  await writeFile(join(cwd, "ada.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  const misspelt = millrace(["waive", name.replace("bill", "bil"), "--reason", "x"], { cwd });
  expect([misspelt.code, misspelt.stderr]).toEqual([5, expect.stringContaining(`did you mean ${name}`)]);
  const reason = "the bill is an estimate, made before the decision";
  const signed = millrace(["waive", name, "--by", "Ada", "--reason", reason, "--key", "ada.pem"], { cwd });
  expect(signed.code).toBe(0);
  const trail = millrace(["audit", "list"], { cwd }).stdout;
  expect([trail, millrace(["audit", "verify"], { cwd }).code]).toEqual([
    expect.stringMatching(/waived.*Ada|Ada.*waived/),
    0,
  ]);

  // The printed lines go into the config as they are.
  await write(signed.stdout);
  const waived = millrace(["run"], { cwd });
  expect([waived.code, waived.stdout]).toEqual([
    0,
    expect.stringContaining(`Waived by Ada (signed), because ${reason}:`),
  ]);
  expect(waived.stdout).not.toMatch(finding);
  const card = millrace(["model", "card", "repairs@champion"], { cwd }).stdout;
  expect(card).toContain("Waived by Ada (signed)");

  await write(signed.stdout.replace("made before", "made after"));
  const forged = millrace(["run", "--json"], { cwd });
  expect([forged.code, forged.json().error.code]).toEqual([2, "FACTORY_CONFIG_INVALID"]);
  expect(forged.json().error.message).toContain("signature of Ada");
});
