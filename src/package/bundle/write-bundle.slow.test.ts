import { spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readZip } from "@millrace/program";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "#testing";
import { forestFile } from "../fixtures/forest-model.ts";
import { writeBundle } from "./write-bundle.ts";

const { file, bytes } = forestFile();
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const parts = { name: "rain", version: 0, file, bytes, cardMarkdown: "# rain\n" };

async function unpacked(zip: Uint8Array): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of readZip(zip)) await writeFile(join(folder, name), content);
  return folder;
}

const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: "utf8" });
const hasPython = run("python3", "--version").status === 0;

describe("a bundle", () => {
  test("is the same bytes again, and holds the evidence", () => {
    const zip = writeBundle({ ...parts, privateKeyPem });
    expect(Buffer.compare(zip, writeBundle({ ...parts, privateKeyPem }))).toBe(0);
    const files = readZip(zip);
    const json = (name: string) => JSON.parse(new TextDecoder().decode(files.get(name)));
    expect(json("bundle.json")).toMatchObject({ name: "rain", content: file.digest, goldenRows: 1000 });
    expect(json("sbom.cdx.json")).toMatchObject({
      bomFormat: "CycloneDX",
      specVersion: "1.6",
      metadata: { component: { type: "machine-learning-model", name: "rain" } },
    });
    const bill = createHash("sha256").update(files.get("sbom.cdx.json")!).digest("hex");
    const statement = JSON.parse(Buffer.from(json("provenance.json").payload, "base64").toString());
    expect(statement).toMatchObject({
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [{ name: "model.millrace" }],
      predicate: { runDetails: { byproducts: [{ name: "sbom.cdx.json", digest: { sha256: bill } }] } },
    });
  });

  test("is checked with Node alone, and a changed file, seal or model is found", async () => {
    const folder = await unpacked(writeBundle({ ...parts, privateKeyPem }));
    const key = join(await temporaryFolder(), "public.pem");
    await writeFile(key, publicKey.export({ type: "spki", format: "pem" }));
    const verify = () => run(process.execPath, join(folder, "verify.mjs"), key);
    const whole = verify();
    expect(whole.stdout).not.toContain("FAILED");
    expect(whole.stdout).toContain("1000 golden rows the same scores");
    expect(whole.status).toBe(0);
    const code = await readFile(join(folder, "model.mjs"), "utf8");
    await writeFile(join(folder, "model.mjs"), code.replaceAll("1.25", "1.5"));
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  model.mjs") });
    await writeFile(join(folder, "model.mjs"), code);
    const manifest = await readFile(join(folder, "bundle.json"), "utf8");
    await writeFile(join(folder, "bundle.json"), manifest.replace('"rain"', '"snow"'));
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  the seal") });
  });

  test.skipIf(!hasPython)("is checked with Python alone, its seal too", async () => {
    const folder = await unpacked(writeBundle({ ...parts, privateKeyPem }));
    const keys = await temporaryFolder();
    const pem = (key: typeof publicKey) => key.export({ type: "spki", format: "pem" });
    await writeFile(join(keys, "own.pem"), pem(publicKey));
    await writeFile(join(keys, "other.pem"), pem(generateKeyPairSync("ed25519").publicKey));
    const verify = (key = "own.pem") => run("python3", join(folder, "verify.py"), join(keys, key));
    expect(verify()).toMatchObject({ status: 0, stdout: expect.stringContaining("ok      the seal is of") });
    expect(verify().stdout).toContain("files are what was packed");
    expect(verify("other.pem")).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  the seal is of") });
    const seal = JSON.parse(await readFile(join(folder, "seal.json"), "utf8"));
    const signature = Buffer.from(seal.signature, "base64");
    for (const place of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature);
      changed[place]! ^= 1;
      await writeFile(join(folder, "seal.json"), JSON.stringify({ ...seal, signature: changed.toString("base64") }));
      expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  the seal of the key") });
    }
    await writeFile(join(folder, "seal.json"), JSON.stringify(seal));
    const manifest = await readFile(join(folder, "bundle.json"), "utf8");
    await writeFile(join(folder, "bundle.json"), manifest.replace('"rain"', '"snow"'));
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  the seal of the key") });
    await writeFile(join(folder, "bundle.json"), manifest);
    await writeFile(join(folder, "golden-expected.csv"), "prediction,score\n");
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining("FAILED  golden-expected.csv") });
  });
});
