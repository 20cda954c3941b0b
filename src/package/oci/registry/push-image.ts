import { createHash } from "node:crypto";
import type { JsonObject } from "@millrace/program";
import type { CompiledFile } from "@millrace/program/compile";
import { registryAddress } from "./registry-address.ts";
import { type Credentials, failed, type RegistrySession, refused, registrySession } from "./registry-session.ts";

export interface PushOptions {
  readonly credentials?: Credentials;
  readonly signal?: AbortSignal;
  /** Blobs that are larger are sent in pieces of this many bytes. */
  readonly pieceBytes?: number;
}

export interface Pushed {
  /** Of the manifest: `host/name@DIGEST` is this image for good. */
  readonly digest: string;
  /** How many blobs were sent, and how many were there already. */
  readonly sent: number;
  readonly there: number;
}

const defaultPieceBytes = 16 * 1024 * 1024;

/**
 * Sends the image of an OCI layout (files below `image/`) to a registry over HTTP: blobs that it does not have, then the manifest.
 *
 * Errors: PACKAGE_REGISTRY_ADDRESS; PACKAGE_REGISTRY_REFUSED; PACKAGE_REGISTRY_FAILED; KERNEL_STOPPED.
 * Source: OCI Distribution Specification 1.1, "Push".
 */
export async function pushImage(
  files: readonly CompiledFile[],
  to: string,
  options: PushOptions = {},
): Promise<Pushed> {
  const address = registryAddress(to);
  const session = registrySession(address, options.credentials, options.signal);
  const layout = new Map(files.map(({ path, content }) => [path, content]));
  const read = (path: string) => Buffer.from(layout.get(`image/${path}`)!);
  const blob = (digest: unknown) => read(`blobs/sha256/${String(digest).slice("sha256:".length)}`);
  const [entry] = (JSON.parse(read("index.json").toString()) as { manifests: JsonObject[] }).manifests;
  const manifest = blob(entry!.digest);
  const parts = JSON.parse(manifest.toString()) as { config: JsonObject; layers: JsonObject[] };
  const base = `/v2/${address.repository}`;
  let sent = 0;
  const blobs = new Set([...parts.layers, parts.config].map(({ digest }) => String(digest)));
  for (const digest of blobs) {
    const there = await session.send("HEAD", `${base}/blobs/${digest}`);
    if (there.status === 200) continue;
    if (there.status === 403) throw refused(address.origin, "answered 403");
    if (there.status !== 404) throw failed(address.origin, `it answered ${there.status} when asked for a blob`);
    await sendBlob(session, address.origin, `${base}/blobs/uploads/`, digest, blob(digest), options.pieceBytes);
    sent++;
  }
  const response = await session.send("PUT", `${base}/manifests/${address.tag}`, {
    headers: { "content-type": String(entry!.mediaType) },
    body: manifest,
  });
  if (response.status !== 201) throw await refusal(address.origin, response, "the manifest");
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  const said = response.headers.get("docker-content-digest");
  if (said !== null && said !== digest)
    throw failed(address.origin, `it says that the manifest is ${said.slice(0, 100)}`);
  return { digest, sent, there: blobs.size - sent };
}

async function sendBlob(
  session: RegistrySession,
  origin: string,
  uploads: string,
  digest: string,
  bytes: Uint8Array,
  pieceBytes = defaultPieceBytes,
): Promise<void> {
  const begun = await session.send("POST", uploads, { headers: { "content-length": "0" }, body: new Uint8Array(0) });
  if (begun.status !== 202) throw await refusal(origin, begun, "a blob");
  const piece = Math.max(pieceBytes, Number(begun.headers.get("oci-chunk-min-length") ?? 0) || 0);
  let at = location(begun, origin);
  let from = 0;
  // In one request where it fits; else piece by piece, of which the last comes with the digest.
  for (; bytes.length - from > piece; from += piece) {
    const body = bytes.subarray(from, from + piece);
    const taken = await session.send("PATCH", at, {
      headers: { "content-type": "application/octet-stream", "content-range": `${from}-${from + piece - 1}` },
      body,
    });
    if (taken.status !== 202) throw await refusal(origin, taken, "a piece of a blob");
    at = location(taken, origin);
  }
  const last = new URL(at);
  last.searchParams.set("digest", digest);
  const range = from === 0 ? {} : { "content-range": `${from}-${bytes.length - 1}` };
  const done = await session.send("PUT", last.href, {
    headers: { "content-type": "application/octet-stream", ...range },
    body: bytes.subarray(from),
  });
  if (done.status !== 201) throw await refusal(origin, done, "a blob");
}

function location(response: Response, origin: string): string {
  const url = URL.parse(response.headers.get("location") ?? "", origin);
  if (url === null || !response.headers.has("location"))
    throw failed(origin, "it does not say where the upload goes on");
  return url.href;
}

async function refusal(origin: string, response: Response, what: string): Promise<Error> {
  const text = (await response.text().catch(() => "")).slice(0, 4000);
  let told = "";
  try {
    const [first] = (JSON.parse(text) as { errors: { code?: string; message?: string }[] }).errors;
    told = ` ${first?.code ?? ""} ${first?.message ?? ""}`.replace(/[^\x20-\x7e]/g, " ").slice(0, 200);
  } catch {
    // A body that is no list of errors says nothing.
  }
  if (response.status === 401 || response.status === 403) return refused(origin, `answered ${response.status}${told}`);
  return failed(origin, `it answered ${response.status}${told.trimEnd()} to ${what}`);
}
