import { expect, onTestFinished, test } from "vitest";
import { fixtureRegistry } from "../../fixtures/registry.ts";
import { imageLayout } from "../image-layout.ts";
import { pushImage } from "./push-image.ts";
import { registryAddress } from "./registry-address.ts";

const layout = imageLayout({
  architecture: "amd64",
  entries: [{ path: "model/model", bytes: new Uint8Array(5000).fill(7), executable: true }],
  entrypoint: ["/model/model"],
  labels: { title: "rain" },
  tag: "rain-3",
});
const files = [...layout].map(([path, content]) => ({ path: `image/${path}`, content }));
const credentials = { user: "ada", password: "open: sesame" };

async function registry(...args: Parameters<typeof fixtureRegistry>) {
  const opened = await fixtureRegistry(...args);
  onTestFinished(() => opened.close());
  return { ...opened, to: `${opened.host}/models/rain:3` };
}

test.each(["open", "basic", "bearer"] as const)("an image goes to a registry that is %s, once", async (kind) => {
  const { to, blobs, manifests } = await registry(kind, credentials);
  const options = kind === "open" ? {} : { credentials };
  const pushed = await pushImage(files, to, options);
  expect(pushed).toMatchObject({ sent: 2, there: 0 });
  expect([...blobs.keys(), pushed.digest].sort()).toEqual(
    [...layout.keys()].flatMap((path) => (path.startsWith("blobs/") ? [path.slice(6).replace("/", ":")] : [])).sort(),
  );
  expect(manifests.get("3")?.type).toBe("application/vnd.oci.image.manifest.v1+json");
  expect(await pushImage(files, to, options)).toEqual({ digest: pushed.digest, sent: 0, there: 2 });
});

test("a large blob goes in pieces, as large as the registry wants them at least", async () => {
  const own = await registry("open");
  expect(await pushImage(files, own.to, { pieceBytes: 1000 })).toMatchObject({ sent: 2 });
  expect(own.requests.filter((one) => one.startsWith("PATCH")).length).toBeGreaterThan(5);
  const picky = await registry("open", { leastPiece: 4000 });
  expect(await pushImage(files, picky.to, { pieceBytes: 1000 })).toMatchObject({ sent: 2 });
  expect(picky.requests.filter((one) => one.startsWith("PATCH"))).toHaveLength(1);
});

test.each(["basic", "bearer"] as const)("a push that a %s registry does not let in is refused", async (kind) => {
  const { to, blobs } = await registry(kind, credentials);
  await expect(pushImage(files, to)).rejects.toMatchObject({ code: "PACKAGE_REGISTRY_REFUSED" });
  const wrong = { user: "ada", password: "sesame" };
  const error = await pushImage(files, to, { credentials: wrong }).catch((one) => one);
  expect(error).toMatchObject({ code: "PACKAGE_REGISTRY_REFUSED" });
  expect(JSON.stringify(error) + String(error)).not.toContain("sesame");
  expect(blobs.size).toBe(0);
});

test("a registry that is not there, and an image that was changed on the way, are said", async () => {
  const { to, close } = await registry("open");
  const changed = files.map((one) =>
    one.content.length > 5000 ? { ...one, content: Buffer.from(one.content).fill(1, 600, 700) } : one,
  );
  await expect(pushImage(changed, to)).rejects.toMatchObject({
    code: "PACKAGE_REGISTRY_FAILED",
    message: expect.stringContaining("DIGEST_INVALID"),
  });
  await close();
  await expect(pushImage(files, to)).rejects.toMatchObject({ code: "PACKAGE_REGISTRY_FAILED" });
  await expect(pushImage(files, to, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "KERNEL_STOPPED" });
});

test("an address names host, repository and tag; only this machine is spoken to without TLS", () => {
  expect(registryAddress("localhost:5000/models/churn:7")).toEqual({
    origin: "http://localhost:5000",
    repository: "models/churn",
    tag: "7",
  });
  expect(registryAddress("registry.example.com/churn:latest").origin).toBe("https://registry.example.com");
  expect(registryAddress("[::1]:5000/churn:7").origin).toBe("http://[::1]:5000");
  expect(registryAddress("https://localhost:5000/models/churn:7").origin).toBe("https://localhost:5000");
  expect(registryAddress("127.0.0.1.example.com/churn:7").origin).toBe("https://127.0.0.1.example.com");
  for (const bad of [
    "churn",
    "churn:7",
    "host/churn",
    "host/Churn:7",
    "host/../a:7",
    "host/a?b:7",
    "a b/c:d",
    "http://host/a:7",
  ])
    expect(() => registryAddress(bad)).toThrow(expect.objectContaining({ code: "PACKAGE_REGISTRY_ADDRESS" }));
  for (const bad of ["ada:secret@host/a:7", "https://ada:secret@host/a:7"])
    expect(() => registryAddress(bad)).toThrow(expect.objectContaining({ code: "KERNEL_SECRET_LITERAL" }));
});
