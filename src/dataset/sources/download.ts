import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { digestBytes, MillraceError, refuseLiteralPassword } from "#kernel";
import type { FoundFile } from "./find-files.ts";

export interface DownloadOptions {
  readonly maxBytes: number;
  /** Longest wait for the answer's head, and for each further piece of its body. */
  readonly timeoutMs?: number;
}

interface Kept {
  readonly file: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly sizeBytes: number;
}

const MAX_REDIRECTS = 5;

/**
 * Fetches an http(s) address into the cache folder, or confirms by its ETag or date that the kept copy still stands.
 *
 * Errors: DATASET_ADDRESS_REFUSED: another scheme, too many redirects or a 4xx answer; DATASET_ADDRESS_UNREACHABLE: no connection, a 5xx
 * answer or a broken transfer; DATASET_ADDRESS_TIMEOUT; DATASET_SIZE_TOO_LARGE.
 */
export async function download(address: string, cache: string, options: DownloadOptions): Promise<FoundFile> {
  refuseLiteralPassword(address);
  const folder = join(cache, "downloads", digestBytes(address).slice(7, 39));
  const record = join(folder, "kept.json");
  const kept = await readFile(record, "utf8").then(
    (text) => JSON.parse(text) as Kept,
    () => undefined,
  );
  const present = kept && (await stat(join(folder, kept.file)).catch(() => undefined))?.size === kept.sizeBytes;
  const headers: Record<string, string> = { accept: "*/*", "user-agent": "millrace" };
  if (present && kept.etag) headers["if-none-match"] = kept.etag;
  else if (present && kept.lastModified) headers["if-modified-since"] = kept.lastModified;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), timeoutMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), timeoutMs);
  };
  try {
    const answer = await request(address, headers, stall.signal);
    alive();
    if (answer.status === 304 && present) return { path: join(folder, kept.file), name: address };
    if (!answer.ok || answer.body === null) throw refusedAnswer(address, answer.status);
    const announced = Number(answer.headers.get("content-length") ?? 0);
    if (announced > options.maxBytes) throw tooLarge(address, options.maxBytes);
    await mkdir(folder, { recursive: true });
    const part = join(folder, `part-${randomUUID()}`);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const counted = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        alive();
        sizeBytes += piece.length;
        if (sizeBytes > options.maxBytes) throw tooLarge(address, options.maxBytes);
        hash.update(piece);
        yield piece;
      }
    };
    try {
      await pipeline(Readable.fromWeb(answer.body as never), counted, createWriteStream(part));
      const file = `${hash.digest("hex").slice(0, 32)}-${fileName(address)}`;
      await rename(part, join(folder, file));
      const now: Kept = {
        file,
        etag: answer.headers.get("etag"),
        lastModified: answer.headers.get("last-modified"),
        sizeBytes,
      };
      await writeFile(`${part}.json`, JSON.stringify(now));
      await rename(`${part}.json`, record);
      if (kept && kept.file !== file) await rm(join(folder, kept.file), { force: true });
      return { path: join(folder, file), name: address };
    } finally {
      await rm(part, { force: true });
    }
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    if (stall.signal.aborted)
      throw new MillraceError("DATASET_ADDRESS_TIMEOUT", {
        message: `${address} did not answer, or stopped answering, for ${timeoutMs} ms.`,
        next: "Run again later, or download the file yourself and name it as the source.",
        facts: { address, timeoutMs },
      });
    const system = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new MillraceError("DATASET_ADDRESS_UNREACHABLE", {
      message: `${address} could not be fetched: ${system}.`,
      next: "Check the address and the network, and run again.",
      facts: { address },
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Redirects are followed by hand, so that none leads to another scheme. */
async function request(address: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let url = address;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const scheme = URL.canParse(url) ? new URL(url).protocol : "";
    if (scheme !== "http:" && scheme !== "https:") {
      const how =
        hop === 0
          ? `${address} is not an http(s) address`
          : `${address} redirects to ${url}, which is not an http(s) address`;
      throw new MillraceError("DATASET_ADDRESS_REFUSED", {
        message: `${how}.`,
        next: "Give an http:// or https:// address, or a file.",
        facts: { address },
      });
    }
    const answer = await fetch(url, { headers, signal, redirect: "manual" });
    const target = answer.headers.get("location");
    if (answer.status < 300 || answer.status >= 400 || answer.status === 304 || target === null) return answer;
    await answer.body?.cancel();
    url = new URL(target, url).href;
  }
  throw new MillraceError("DATASET_ADDRESS_REFUSED", {
    message: `${address} redirects more than ${MAX_REDIRECTS} times.`,
    next: "Give the address where the file really is.",
    facts: { address, redirects: MAX_REDIRECTS },
  });
}

function fileName(address: string): string {
  const name = basename(new URL(address).pathname)
    .replace(/[^A-Za-z0-9._-]/g, "_")
    .slice(-80);
  return name === "" || name === "." || name === ".." ? "download" : name;
}

function refusedAnswer(address: string, status: number): MillraceError {
  return new MillraceError(status >= 500 ? "DATASET_ADDRESS_UNREACHABLE" : "DATASET_ADDRESS_REFUSED", {
    message: `${address} answered with status ${status}.`,
    next: status >= 500 ? "Run again later." : "Check the address in a browser.",
    facts: { address, status },
  });
}

function tooLarge(address: string, maxBytes: number): MillraceError {
  return new MillraceError("DATASET_SIZE_TOO_LARGE", {
    message: `${address} is larger than the limit of ${maxBytes} bytes.`,
    next: "Raise `maxBytes` on the source, or fetch a smaller part.",
    facts: { address, maxBytes },
  });
}
