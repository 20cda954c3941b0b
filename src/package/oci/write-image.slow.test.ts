import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { load, readModelFile } from "@millrace/program";
import { importOpaqueOnnx } from "@millrace/program/import";
import { writeModelFile } from "@millrace/program/write";
import { describe, expect, onTestFinished, test } from "vitest";
import { platformRuntimes } from "#kernel";
import { temporaryFolder } from "#testing";
import { writeExport } from "../export/write-export.ts";
import { forestFile } from "../fixtures/forest-model.ts";
import { goldenVectors } from "../golden/golden-vectors.ts";
import { imageLayout } from "./image-layout.ts";
import { writeImage } from "./write-image.ts";

const { file, bytes } = forestFile();
const graphs = new URL("../../../program/compile/onnx/embed/graphs.golden.json", import.meta.url);
const request = { name: "rain", version: 3, file, bytes };
const canBuild = spawnSync("cc", ["--version"]).status === 0 && process.platform === "linux";
const hasGo = spawnSync("go", ["version"]).status === 0 && process.platform === "linux";
const architecture = process.arch === "x64" ? "amd64" : process.arch;

/** The layout's image as a runtime sees it: config, and its layers unpacked over each other. */
async function unpacked(layout: string) {
  const blob = (digest: string) => readFile(join(layout, "blobs", "sha256", digest.slice("sha256:".length)));
  const json = async (digest: string) => JSON.parse((await blob(digest)).toString());
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  const manifest = await json(index.manifests[0].digest);
  const config = await json(manifest.config.digest);
  const root = await temporaryFolder();
  for (const [k, { digest }] of manifest.layers.entries()) {
    const bytes = await blob(digest);
    expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(digest);
    const layer = gunzipSync(bytes);
    expect(config.rootfs.diff_ids[k]).toBe(`sha256:${createHash("sha256").update(layer).digest("hex")}`);
    expect(spawnSync("tar", ["-x", "-C", root], { input: layer }).status).toBe(0);
  }
  return { manifest, config, root };
}

/** A layout to build on; what it would run on is this machine's own Node. */
async function nodeBase(): Promise<string> {
  const base = await temporaryFolder();
  const layers = imageLayout({
    architecture,
    entries: [{ path: "etc/base", bytes: new TextEncoder().encode("base\n") }],
    entrypoint: ["/bin/sh"],
    labels: { base: "yes" },
    tag: "base",
  });
  for (const [path, content] of layers) {
    await mkdir(join(base, path, ".."), { recursive: true });
    await writeFile(join(base, path), content);
  }
  return base;
}

describe("an OCI image", () => {
  test.skipIf(!canBuild)(
    "without a base can be a static filter, the same bytes again",
    { timeout: 120_000 },
    async () => {
      const image = await writeImage({ ...request, kind: "filter" });
      expect(image.kind).toBe("filter");
      const out = await temporaryFolder();
      await writeExport(image.files, out);
      const { config, manifest, root } = await unpacked(join(out, "image"));
      expect(config).toMatchObject({ os: "linux", architecture, config: { Entrypoint: ["/model/model"] } });
      const sbom = createHash("sha256")
        .update(await readFile(join(root, "model", "sbom.cdx.json")))
        .digest("hex");
      expect(manifest.annotations).toMatchObject({
        "millrace.content": file.digest,
        "millrace.sbom": `sha256:${sbom}`,
      });
      const golden = goldenVectors(file.program, file.tensors, 500);
      const ran = spawnSync(join(root, "model", "model"), { input: golden.input, encoding: "utf8" });
      expect(ran.stdout).toBe(golden.expected);
      const again = await writeImage({ ...request, kind: "filter" });
      expect(again.files.map(({ path }) => path)).toEqual(image.files.map(({ path }) => path));
      expect(image.files.map(({ path }) => path)).toContain("job.yaml");
    },
  );

  test("on a base is a server of the Open Inference Protocol and of /invocations", { timeout: 60_000 }, async () => {
    const base = await nodeBase();
    const image = await writeImage({ ...request, base });
    expect(image.kind).toBe("server");
    expect(image.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["inference-service.yaml", "deployment.yaml"]),
    );
    const out = await temporaryFolder();
    await writeExport(image.files, out);
    const { config, root } = await unpacked(join(out, "image"));
    expect(await readFile(join(root, "etc", "base"), "utf8")).toBe("base\n");
    expect(config.config).toMatchObject({
      Entrypoint: ["node", "/model/server.mjs"],
      ExposedPorts: { "8080/tcp": {} },
      Labels: { base: "yes" },
    });
    const address = await serve(join(root, "model", "server.mjs"));
    const row = { temperature: 20, wind: 3, station: "north", day: "7/4/2024" };
    const want = load({ program: file.program, tensors: file.tensors }).score(row);
    expect(await post(`${address}/invocations`, { dataframe_records: [row] })).toEqual({
      status: 200,
      body: { predictions: [want] },
    });
    const inputs = Object.entries(row).map(([name, value]) => ({
      name,
      shape: [1, 1],
      datatype: "BYTES",
      data: [[value]],
    }));
    const { body } = await post(`${address}/v2/models/rain/infer`, { id: "a", inputs });
    expect(body).toMatchObject({ model_name: "rain", model_version: "3", id: "a" });
    expect(body.outputs.map(({ data }: { data: unknown[] }) => data[0])).toEqual([want.prediction, want.score]);
    expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({
      ready: true,
      runtime: { differences: [] },
    });
    const script = join(root, "model", "server.mjs");
    const facts = await readFile(join(root, "model", "model.json"), "utf8");
    const refuse = {
      env: { PATH: process.env.PATH ?? "", PORT: "0", MILLRACE_RUNTIME: "refuse" },
      encoding: "utf8",
    } as const;
    await writeFile(join(root, "model", "model.json"), facts.replace(process.versions.node, "20.0.0"));
    expect(spawnSync(process.execPath, [script], refuse)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("verified 20.0.0"),
    });
    await writeFile(join(root, "model", "model.json"), facts.replace('"score":"0.', '"score":"0.9'));
    expect(spawnSync(process.execPath, [script], refuse)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("golden row"),
    });
    const bad = await post(`${address}/invocations`, { dataframe_records: [{ ...row, day: "never" }] });
    expect(bad).toMatchObject({ status: 400, body: { error: expect.stringContaining("day") } });
    expect((await post(`${address}/invocations`, [])).status).toBe(400);
    expect((await fetch(`${address}/v2/health/ready`)).status).toBe(200);
    expect((await fetch(`${address}/nothing`)).status).toBe(404);
  });

  test("of a program with an ONNX graph has the interpreter and onnxruntime in it, on a base alone", {
    timeout: 120_000,
  }, async () => {
    const goldens = JSON.parse(await readFile(graphs, "utf8")) as { name: string; model: string; rows: number[][] }[];
    const { model, rows } = goldens.find(({ name }) => name.startsWith("two feeds"))!;
    const classes = Array.from({ length: 8 }, (_, k) => `class ${k}`);
    const { program, tensors } = importOpaqueOnnx(new Uint8Array(Buffer.from(model, "base64")), {
      classes,
      link: "softmax",
    });
    const bytes = writeModelFile({ program, tensors });
    const graph = { name: "net", version: 1, file: readModelFile(bytes), bytes };
    await expect(writeImage(graph)).rejects.toMatchObject({
      code: "PACKAGE_IMAGE_NO_TOOLCHAIN",
      next: expect.stringContaining("--base"),
    });
    const image = await writeImage({ ...graph, base: await nodeBase() });
    const out = await temporaryFolder();
    await writeExport(image.files, out);
    const { root } = await unpacked(join(out, "image"));
    const address = await serve(join(root, "model", "server.mjs"));
    const records = [...rows, [0.5, 1, 5, 0]].map((row) =>
      Object.fromEntries(program.inputs.map(({ name }, k) => [name, row[k]!])),
    );
    const scorer = load({ program, tensors }, platformRuntimes);
    const wanted = records.map((row) => scorer.score(row));
    expect(wanted.at(-1)!.score).toBe(null);
    expect(await post(`${address}/invocations`, { dataframe_records: records })).toEqual({
      status: 200,
      body: { predictions: wanted },
    });
    expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({
      runtime: { here: { onnxruntime: expect.stringMatching(/^1\./) }, differences: [] },
    });
  });

  test.skipIf(!hasGo)("without a base is a static server that answers alike", { timeout: 240_000 }, async () => {
    const image = await writeImage(request);
    const out = await temporaryFolder();
    await writeExport(image.files, out);
    const { config, root } = await unpacked(join(out, "image"));
    expect(config.config).toMatchObject({ Entrypoint: ["/model/model"], ExposedPorts: { "8080/tcp": {} } });
    const golden = goldenVectors(file.program, file.tensors, 300);
    const binary = join(root, "model", "model");
    expect(spawnSync(binary, ["filter"], { input: golden.input, encoding: "utf8" }).stdout).toBe(golden.expected);
    const address = await start(binary, []);
    const want = load({ program: file.program, tensors: file.tensors });
    const rows = golden.rows.slice(0, 100).map((row) => ({ ...row, extra: 1 }));
    const reply = await post(`${address}/invocations`, { dataframe_records: rows });
    expect(reply.status).toBe(200);
    expect(reply.body.predictions).toEqual(JSON.parse(JSON.stringify(golden.scores.slice(0, 100))));
    const row = { temperature: 20, wind: 3, station: "north", day: 1_720_051_200_000_000 };
    const columns = Object.keys(row);
    const split = { dataframe_split: { columns, data: [Object.values(row)] } };
    expect((await post(`${address}/invocations`, split)).body.predictions).toEqual([want.score(row)]);
    const inputs = Object.entries(row).map(([name, value]) => ({
      name,
      shape: [1, 1],
      datatype: "X",
      data: [[value]],
    }));
    const { body } = await post(`${address}/v2/models/rain/versions/3/infer`, { id: "a", inputs });
    expect(body).toMatchObject({ model_name: "rain", model_version: "3", id: "a" });
    expect(body.outputs.map(({ data }: { data: unknown[] }) => data[0])).toEqual([
      want.score(row).prediction,
      want.score(row).score,
    ]);
    for (const [bad, told] of [
      [{ dataframe_records: [{ ...row, day: "never" }] }, "day"],
      [{ dataframe_records: [{ ...row, wind: true }] }, "wind"],
      [{ dataframe_records: [{ ...row, wind: [1] }] }, "wind"],
      [{ dataframe_records: [{ temperature: 1 }] }, "day"],
      [{ inputs }, "neither"],
      [[], "form"],
    ] as const)
      expect(await post(`${address}/invocations`, bad)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(told) },
      });
    expect(((await (await fetch(`${address}/v2/models/rain`)).json()) as { inputs: unknown[] }).inputs).toHaveLength(4);
    expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({ ready: true, content: file.digest });
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    expect((await fetch(`${address}/nothing`)).status).toBe(404);
  });

  test("a base that is no layout, or was changed, is refused", async () => {
    const base = await temporaryFolder();
    await expect(writeImage({ ...request, base })).rejects.toMatchObject({ code: "PACKAGE_BASE_INVALID" });
    await writeFile(join(base, "index.json"), JSON.stringify({ manifests: [{ digest: "sha256:../../etc/passwd" }] }));
    await expect(writeImage({ ...request, base })).rejects.toMatchObject({ code: "PACKAGE_BASE_INVALID" });
  });
});

const serve = (script: string) => start(process.execPath, [script]);

async function start(command: string, args: readonly string[]): Promise<string> {
  const port = await freePort();
  const child: ChildProcess = spawn(command, args, {
    env: { PATH: process.env.PATH ?? "", PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  await new Promise((ready) => child.stdout!.once("data", ready));
  return `http://127.0.0.1:${port}`;
}

async function post(url: string, body: unknown) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  // biome-ignore lint/suspicious/noExplicitAny: replies of several shapes.
  return { status: response.status, body: (await response.json()) as any };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
