import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "#testing";
import { fixtureRegistry } from "../../fixtures/registry.ts";
import { imageLayout } from "../image-layout.ts";
import { pushImage } from "./push-image.ts";

// The CNCF's own: apt-get install docker-registry, or go install github.com/distribution/distribution/v3/cmd/registry@v3; and crane
// of go-containerregistry. Where no registry is installed, the one of the fixtures takes its place, and the title says so.
const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const command = ["registry", "docker-registry"].find((name) => runs(name, "--version"));
const hasCrane = runs("crane", "version");
const credentials = { user: "ada", password: "opensesame" };

async function distributionRegistry(name: string, folder: string): Promise<string> {
  const port = await freePort();
  // The password "opensesame".
  await writeFile(join(folder, "users"), "ada:$2b$05$fr3CJT85vvXUGWaAJuGP3uVaWd4yIp06sOZ2fSiGbt9LECa/mPB/S\n");
  await writeFile(
    join(folder, "config.yml"),
    `version: 0.1
storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }
http: { addr: "127.0.0.1:${port}" }
auth: { htpasswd: { realm: registry, path: ${join(folder, "users")} } }
`,
  );
  const child = spawn(name, ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  onTestFinished(() => void child.kill());
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
  await expect.poll(answers, { timeout: 20_000 }).toBe(true);
  return `127.0.0.1:${port}`;
}

async function registryOfFixtures(): Promise<string> {
  const opened = await fixtureRegistry("basic", credentials);
  onTestFinished(() => opened.close());
  return opened.host;
}

test(command === undefined
  ? "the fixtures' registry (none is installed here) takes an image, in pieces too"
  : "the distribution project's registry takes an image, in pieces too", { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  const host = command === undefined ? await registryOfFixtures() : await distributionRegistry(command, folder);
  const to = `${host}/models/rain:3`;
  const layout = imageLayout({
    architecture: "amd64",
    entries: [{ path: "model/model", bytes: new Uint8Array(3_000_000).fill(7), executable: true }],
    entrypoint: ["/model/model"],
    labels: {},
    tag: "rain-3",
  });
  const files = [...layout].map(([path, content]) => ({ path: `image/${path}`, content }));
  await expect(pushImage(files, to)).rejects.toMatchObject({ code: "PACKAGE_REGISTRY_REFUSED" });
  const pushed = await pushImage(files, to, { credentials, pieceBytes: 1_000_000 });
  expect(pushed).toMatchObject({ sent: 2, there: 0 });
  expect(await pushImage(files, to, { credentials })).toEqual({ ...pushed, sent: 0, there: 2 });
  if (!hasCrane || command === undefined) return;
  const environment = { ...process.env, DOCKER_CONFIG: folder };
  const auth = Buffer.from("ada:opensesame").toString("base64");
  await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const ran = spawnSync("crane", ["validate", "--remote", to], { env: environment, encoding: "utf8" });
  expect(ran.stdout + ran.stderr).toContain("PASS");
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
