import { canonicalJson, decodeProgram, readModelFile } from "@millrace/program";
import { writeModelFile } from "@millrace/program/write";
import { expect, test } from "vitest";
import { silentLog } from "#kernel";
import { goldenParity, runtimeHere } from "#package";
import { binaryProgram } from "./fixtures/small-models.ts";
import { fixedEndpoints, openEndpoints, servedModelFile } from "./index.ts";

const made = binaryProgram();
const { program, tensors } = decodeProgram(made.json, made.bytes);
const parity = goldenParity(program, tensors);
const fileOf = (more: object) => writeModelFile({ program, tensors, parity: { ...parity, ...more } });

test("a model file that was made on this runtime is served without a word, whatever the policy", async () => {
  const file = fileOf({ runtime: await runtimeHere(program) });
  const model = await servedModelFile("churn", 1, file, "refuse");
  expect(model.runtime?.differences).toEqual([]);
  const endpoints = openEndpoints(fixedEndpoints([model]), silentLog);
  await endpoints.refresh();
  expect(endpoints.status()).toMatchObject([{ endpoint: "churn", runtime: [], problem: null }]);
});

test("another runtime is said, or refused by policy, and a verified one counts", async () => {
  const here = await runtimeHere(program);
  const file = fileOf({ runtime: { ...here, node: "20.0.0" } });
  const model = await servedModelFile("churn", 1, file);
  const endpoints = openEndpoints(fixedEndpoints([model]), silentLog);
  await endpoints.refresh();
  expect(endpoints.ready()).toBe(true);
  const note = `churn:1: node ${process.versions.node}, verified 20.0.0`;
  expect(endpoints.status()).toMatchObject([{ runtime: [note] }]);
  await expect(servedModelFile("churn", 1, file, "refuse")).rejects.toMatchObject({
    code: "SERVE_RUNTIME_DIFFERS",
    message: expect.stringContaining("verified 20.0.0"),
  });
  expect((await servedModelFile("churn", 1, file, "refuse", [here])).runtime?.differences).toEqual([]);
  await expect(servedModelFile("churn", 1, fileOf({}), "refuse")).rejects.toMatchObject({
    message: expect.stringContaining("nothing says"),
  });
});

test("a file whose golden rows come out otherwise is refused, whatever the policy", async () => {
  const expected = String(parity.expected).replace(/0\.(\d)/, (_, digit) => `0.${(Number(digit) + 1) % 10}`);
  expect(expected).not.toBe(parity.expected);
  const file = fileOf({ expected });
  expect(canonicalJson(readModelFile(file).parity ?? null)).toContain("expected");
  await expect(servedModelFile("churn", 1, file)).rejects.toMatchObject({ code: "SERVE_RUNTIME_DIFFERS" });
});
