import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import type { JsonValue } from "@millrace/program";
import type { Context } from "hono";
import { MillraceError } from "#kernel";
import type { ScoringLimits } from "./model.ts";

const decompress = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * A request's body, decompressed. Neither the bytes sent nor those that they decompress to exceed the limit.
 *
 * Errors: SERVE_BODY_TOO_LARGE; SERVE_ENCODING_UNKNOWN.
 */
export async function readBody(c: Context, limits: ScoringLimits): Promise<Buffer> {
  const stated = Number(c.req.header("content-length") ?? 0);
  if (stated > limits.bodyBytes) throw tooLarge(limits.bodyBytes);
  const sent = await collect(c, limits.bodyBytes);
  const encoding = (c.req.header("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return sent;
  if (encoding !== "gzip" && encoding !== "deflate") throw encodingError(`is compressed as "${encoding.slice(0, 40)}"`);
  try {
    return await decompress[encoding](sent, { maxOutputLength: limits.bodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limits.bodyBytes);
    throw encodingError(`does not decompress as ${encoding}`);
  }
}

/** A JSON body. Errors: those of `readBody`; SERVE_JSON_INVALID: with the place, never with the text around it. */
export async function readJson(c: Context, limits: ScoringLimits): Promise<JsonValue> {
  return parseJson(await readBody(c, limits), limits.depth);
}

export function parseJson(bytes: Uint8Array, depthLimit: number): JsonValue {
  checkDepth(bytes, depthLimit);
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as JsonValue;
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    throw jsonError(
      bytes.byteLength === 0 ? "is empty" : `is not JSON${place === undefined ? "" : ` at character ${place}`}`,
    );
  }
}

/** From Node's request where there is one (its events cost less than an iterator), else from a `Request`. */
async function collect(c: Context, limit: number): Promise<Buffer> {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  if (incoming !== undefined) return await collectIncoming(incoming, limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function collectIncoming(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= limit) chunks.push(chunk);
      else {
        incoming.pause();
        reject(tooLarge(limit));
      }
    });
    incoming.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.on("error", reject);
    incoming.on("close", () => {
      if (!incoming.readableEnded) reject(jsonError("was not sent to its end"));
    });
  });
}

const quote = 0x22;
const backslash = 0x5c;

function checkDepth(bytes: Uint8Array, limit: number): void {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inText) {
      if (byte === backslash) i++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limit) throw jsonError(`is nested deeper than ${limit} levels`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

function jsonError(what: string): MillraceError {
  return new MillraceError("SERVE_JSON_INVALID", {
    message: `The request's body ${what}.`,
    next: 'Send one JSON object, such as {"rows": [{…}]}.',
  });
}

function encodingError(what: string): MillraceError {
  return new MillraceError("SERVE_ENCODING_UNKNOWN", {
    message: `The request's body ${what}.`,
    next: "Send it uncompressed, or with Content-Encoding gzip or deflate.",
  });
}

function tooLarge(limit: number): MillraceError {
  return new MillraceError("SERVE_BODY_TOO_LARGE", {
    message: `The request's body is larger than ${limit} bytes.`,
    next: "Send fewer rows in a request.",
    facts: { limitBytes: limit },
  });
}
