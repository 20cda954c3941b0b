import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "#testing";
import { imageLayout } from "../image-layout.ts";
import { pushImage } from "./push-image.ts";

// The CNCF's own: go install github.com/distribution/distribution/v3/cmd/registry@v3, and crane of go-containerregistry.
const [hasRegistry, hasCrane] = [spawnSync("registry", ["--version"]), spawnSync("crane", ["version"])].map(
  ({ status }) => status === 0,
);

test.skipIf(!hasRegistry)(
  "the distribution project's registry takes an image, in pieces too",
  { timeout: 60_000 },
  async () => {
    const folder = await temporaryFolder();
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
    const child = spawn("registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
    onTestFinished(() => void child.kill());
    const to = `127.0.0.1:${port}/models/rain:3`;
    await expect
      .poll(
        () =>
          fetch(`http://127.0.0.1:${port}/`).then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    const layout = imageLayout({
      architecture: "amd64",
      entries: [{ path: "model/model", bytes: new Uint8Array(3_000_000).fill(7), executable: true }],
      entrypoint: ["/model/model"],
      labels: {},
      tag: "rain-3",
    });
    const files = [...layout].map(([path, content]) => ({ path: `image/${path}`, content }));
    await expect(pushImage(files, to)).rejects.toMatchObject({ code: "PACKAGE_REGISTRY_REFUSED" });
    const credentials = { user: "ada", password: "opensesame" };
    const pushed = await pushImage(files, to, { credentials, pieceBytes: 1_000_000 });
    expect(pushed).toMatchObject({ sent: 2, there: 0 });
    expect(await pushImage(files, to, { credentials })).toEqual({ ...pushed, sent: 0, there: 2 });
    if (!hasCrane) return;
    const environment = { ...process.env, DOCKER_CONFIG: folder };
    const auth = Buffer.from("ada:opensesame").toString("base64");
    await writeFile(join(folder, "config.json"), JSON.stringify({ auths: { [`127.0.0.1:${port}`]: { auth } } }));
    const ran = spawnSync("crane", ["validate", "--remote", to], { env: environment, encoding: "utf8" });
    expect(ran.stdout + ran.stderr).toContain("PASS");
  },
);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
