import { spawn, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
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

async function distributionRegistry(name: string, folder: string, tls?: Certificate): Promise<string> {
  const port = await freePort();
  // The password "opensesame".
  await writeFile(join(folder, "users"), "ada:$2b$05$fr3CJT85vvXUGWaAJuGP3uVaWd4yIp06sOZ2fSiGbt9LECa/mPB/S\n");
  await writeFile(
    join(folder, "config.yml"),
    `version: 0.1
storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }
http: { addr: "127.0.0.1:${port}"${tls === undefined ? "" : `, tls: { certificate: ${tls.cert}, key: ${tls.key} }`} }
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

async function registryOfFixtures(tls?: Certificate): Promise<string> {
  const keys = tls === undefined ? {} : { tls: { key: await readFile(tls.key), cert: await readFile(tls.cert) } };
  const opened = await fixtureRegistry("basic", { ...credentials, ...keys });
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

interface Certificate {
  /** Paths of PEM files: of the authority, and of the server that it vouches for as 127.0.0.1. */
  readonly authority: string;
  readonly key: string;
  readonly cert: string;
}

/** An authority of one's own, as a company has, and a certificate of it. */
function certificateIn(folder: string): Certificate {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => {
    const { status, stderr, error } = spawnSync("openssl", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${error?.message ?? stderr}`);
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-keyout", at("ca.key"), "-out", at("ca.pem"), "-subj", "/CN=own authority");
  openssl(
    ...["req", "-x509", ...key, "-keyout", at("server.key"), "-out", at("server.pem"), "-subj", "/CN=registry"],
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca.key")],
  );
  return { authority: at("ca.pem"), key: at("server.key"), cert: at("server.pem") };
}

/** Pushes from a process of its own: which authorities it trusts is said when it starts. */
function pushElsewhere(
  to: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ code?: string; next?: string; sent?: number }> {
  const own = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    const { pushImage } = await import(${own("./push-image.ts")});
    const { imageLayout } = await import(${own("../image-layout.ts")});
    const layout = imageLayout({ architecture: "amd64", entries: [{ path: "model/model", bytes: new Uint8Array(2_000_000).fill(3), executable: true }], entrypoint: ["/model/model"], labels: {}, tag: "rain-3" });
    const files = [...layout].map(([path, content]) => ({ path: "image/" + path, content }));
    const said = await pushImage(files, ${JSON.stringify(to)}, { credentials: ${JSON.stringify(credentials)}, pieceBytes: 500_000 })
      .catch(({ code, next, message }) => ({ code, next, message }));
    console.log(JSON.stringify(said));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", () => resolve(JSON.parse(text || "{}")));
  });
}

test(command === undefined
  ? "the fixtures' registry (none is installed here) takes an image over TLS, of an authority that is named"
  : "the distribution project's registry takes an image over TLS, of an authority that is named", {
  timeout: 60_000,
}, async () => {
  const folder = await temporaryFolder();
  const certificate = certificateIn(folder);
  const host =
    command === undefined
      ? await registryOfFixtures(certificate)
      : await distributionRegistry(command, folder, certificate);
  const to = `https://${host}/models/rain:3`;
  const unknown = await pushElsewhere(to, {});
  expect(unknown).toMatchObject({ code: "PACKAGE_REGISTRY_FAILED" });
  expect(unknown.next).toContain("NODE_EXTRA_CA_CERTS");
  const trusted = { NODE_EXTRA_CA_CERTS: certificate.authority };
  expect(await pushElsewhere(to, trusted)).toMatchObject({ sent: 2, there: 0 });
  expect(await pushElsewhere(to, trusted)).toMatchObject({ sent: 0, there: 2 });
  // Without TLS it is not the same registry, and nothing is sent.
  expect(await pushElsewhere(`${host}/models/rain:3`, trusted)).toMatchObject({ code: "PACKAGE_REGISTRY_FAILED" });
  const other = certificateIn(await temporaryFolder());
  expect(await pushElsewhere(to, { NODE_EXTRA_CA_CERTS: other.authority })).toMatchObject({
    code: "PACKAGE_REGISTRY_FAILED",
  });
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
