import { afterEach, expect, test, vi } from "vitest";
import { forestModel } from "../fixtures/forest-model.ts";
import { compareRuntime, readRuntime, runtimeDifferences, runtimeHere } from "./compare-runtime.ts";

afterEach(() => vi.unstubAllEnvs());

const here = { millrace: "0.2.0", node: "24.21.0", architecture: "x64" };

test("a runtime is compared with the most alike of those verified, the newest of equals", () => {
  const old = { millrace: "0.1.0", node: "22.1.0", architecture: "x64" };
  const near = { millrace: "0.2.0", node: "24.1.0", architecture: "x64" };
  const nearer = { ...near, node: "24.2.0" };
  const verdict = compareRuntime(here, [old, near, nearer]);
  expect(verdict).toEqual({
    here,
    verified: nearer,
    differences: [{ what: "node", verified: "24.2.0", here: "24.21.0" }],
  });
  expect(runtimeDifferences(verdict)).toBe("node 24.21.0, verified 24.2.0");
  expect(compareRuntime(here, [old, here, near]).differences).toEqual([]);
});

test("what is not on record is not compared, and nothing on record is said", () => {
  expect(compareRuntime(here, [{ node: "24.21.0" }]).differences).toEqual([]);
  expect(compareRuntime(here, [])).toEqual({ here, verified: null, differences: [] });
  for (const odd of [null, undefined, 3, "24", [], {}, { node: 24 }, { other: "x" }])
    expect(readRuntime(odd)).toBeUndefined();
  expect(readRuntime({ node: "24.1.0", cpu: "x", millrace: 3 })).toEqual({ node: "24.1.0" });
});

test("this process says Node, and the image that its deployment names", async () => {
  vi.stubEnv("MILLRACE_IMAGE_DIGEST", "sha256:00");
  const found = await runtimeHere(forestModel().program);
  expect(found).toMatchObject({ node: process.versions.node, architecture: process.arch, image: "sha256:00" });
  expect(found).not.toHaveProperty("onnxruntime");
});
