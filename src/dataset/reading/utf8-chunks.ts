import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { MillraceError } from "#kernel";
import { refuseBinary } from "./refuse-binary.ts";

export type TextEncodingName = "utf-8" | "utf-16le" | "utf-16be" | "latin-1" | "windows-1252";

/** A text file as UTF-8 without its byte order mark, checked byte by byte. */
export interface TextFile {
  readonly encoding: TextEncodingName;
  readonly byteOrderMark: boolean;
  readonly chunks: AsyncGenerator<Buffer>;
}

export interface TextFileOptions {
  readonly encoding?: TextEncodingName | undefined;
  readonly maxBytes?: number;
}

/**
 * Opens a text file (`.gz` is unpacked) in the encoding of its byte order mark, else the stated one, else UTF-8.
 *
 * Errors, while its chunks are read: DATASET_ENCODING_BROKEN, DATASET_BYTES_NUL: with byte offset and line; DATASET_COMPRESSION_BROKEN;
 * DATASET_SIZE_TOO_LARGE. At once: DATASET_FORMAT_UNKNOWN: a file whose first bytes are no text's.
 */
export async function openTextFile(path: string, name: string, options: TextFileOptions = {}): Promise<TextFile> {
  const head = await firstBytes(path).catch((error) => {
    throw unpackError(name, error) ?? error;
  });
  refuseBinary(name, head);
  const marked: TextEncodingName | undefined =
    head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
      ? "utf-8"
      : head[0] === 0xff && head[1] === 0xfe
        ? "utf-16le"
        : head[0] === 0xfe && head[1] === 0xff
          ? "utf-16be"
          : undefined;
  const encoding = options.encoding ?? marked ?? "utf-8";
  const byteOrderMark = marked === encoding;
  const skip = byteOrderMark ? (encoding === "utf-8" ? 3 : 2) : 0;
  return { encoding, byteOrderMark, chunks: decoded(path, name, encoding, skip, options.maxBytes ?? Infinity) };
}

async function firstBytes(path: string): Promise<Buffer> {
  if (path.endsWith(".gz")) {
    for await (const chunk of rawChunks(path)) return chunk;
    return Buffer.alloc(0);
  }
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function rawChunks(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith(".gz")) return file;
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  file.on("error", (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

async function* decoded(
  path: string,
  name: string,
  encoding: TextEncodingName,
  skip: number,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const decode = decoderOf(encoding);
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let total = 0;
  let toSkip = skip;
  const check = async (bytes: Buffer, last: boolean): Promise<Buffer> => {
    const { text, used, brokenAt } = decode(bytes, last);
    if (brokenAt !== -1) throw await brokenText(path, name, encoding, offset + brokenAt, bytes[brokenAt]!);
    const nul = text.indexOf(0);
    if (nul !== -1) throw await nulByte(path, name, encoding, offset + (encoding === "utf-8" ? nul : 0));
    offset += used;
    rest = bytes.subarray(used);
    return text;
  };
  try {
    for await (const raw of rawChunks(path)) {
      total += raw.length;
      if (total > maxBytes) throw tooLarge(name, maxBytes);
      const skipped = Math.min(toSkip, raw.length);
      toSkip -= skipped;
      offset += skipped;
      const fresh = skipped === 0 ? raw : raw.subarray(skipped);
      const text = await check(rest.length === 0 ? fresh : Buffer.concat([rest, fresh]), false);
      if (text.length > 0) yield text;
    }
  } catch (error) {
    throw unpackError(name, error) ?? error;
  }
  if (rest.length > 0) {
    const text = await check(rest, true);
    if (text.length > 0) yield text;
  }
}

/** Decodes the whole characters of a chunk; `brokenAt` is −1 or the offset in the chunk of the first byte that is no text. */
type Decoder = (bytes: Buffer, last: boolean) => { text: Buffer; used: number; brokenAt: number };

function decoderOf(encoding: TextEncodingName): Decoder {
  if (encoding === "utf-8") return decodeUtf8;
  if (encoding === "latin-1")
    return (bytes) => ({ text: Buffer.from(bytes.toString("latin1"), "utf8"), used: bytes.length, brokenAt: -1 });
  if (encoding === "windows-1252") return decodeWindows1252;
  return decodeUtf16(encoding === "utf-16be");
}

const decodeUtf8: Decoder = (bytes, last) => {
  let used = bytes.length;
  if (!last) {
    // Hold back a character that the chunk cuts: at most three bytes.
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      if (length > back) used = bytes.length - back;
      break;
    }
  }
  const text = bytes.subarray(0, used);
  return isUtf8(text) ? { text, used, brokenAt: -1 } : { text, used, brokenAt: firstInvalidUtf8(text) };
};

function firstInvalidUtf8(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  // The longest valid prefix ends before the broken byte; prefixes that cut a character differ by at most three bytes.
  while (high - low > 8) {
    const middle = (low + high) >> 1;
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) low = wholeCharacters(bytes, middle);
    else high = middle;
  }
  while (low < bytes.length) {
    const lead = bytes[low]!;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (!isUtf8(bytes.subarray(low, low + length)) || low + length > bytes.length) return low;
    low += length;
  }
  return low;
}

function wholeCharacters(bytes: Buffer, end: number): number {
  let at = end;
  while (at > 0 && end - at < 3 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

const WINDOWS_1252_HIGH = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

const decodeWindows1252: Decoder = (bytes) => {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80 && byte < 0xa0 && WINDOWS_1252_HIGH[byte - 0x80] === "\0")
      return { text: bytes.subarray(0, 0), used: 0, brokenAt: at };
  }
  const text = bytes
    .toString("latin1")
    .replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252_HIGH[character.charCodeAt(0) - 0x80]!);
  return { text: Buffer.from(text, "utf8"), used: bytes.length, brokenAt: -1 };
};

function decodeUtf16(bigEndian: boolean): Decoder {
  return (bytes, last) => {
    const unitAt = (at: number) => (bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
    let used = bytes.length & ~1;
    if (used >= 2 && !last && (unitAt(used - 2) & 0xfc00) === 0xd800) used -= 2;
    for (let at = 0; at < used; at += 2) {
      const unit = unitAt(at);
      if ((unit & 0xf800) !== 0xd800) continue;
      const paired = (unit & 0xfc00) === 0xd800 && at + 4 <= used && (unitAt(at + 2) & 0xfc00) === 0xdc00;
      if (!paired) return { text: bytes.subarray(0, 0), used: 0, brokenAt: at };
      at += 2;
    }
    if (last && used < bytes.length) return { text: bytes.subarray(0, 0), used: 0, brokenAt: used };
    const units = Buffer.from(bytes.subarray(0, used));
    if (bigEndian) units.swap16();
    return { text: Buffer.from(units.toString("utf16le"), "utf8"), used, brokenAt: -1 };
  };
}

async function lineAt(path: string, offset: number): Promise<number> {
  let line = 1;
  let seen = 0;
  let before = 0;
  for await (const chunk of rawChunks(path)) {
    for (let at = 0; at < chunk.length && seen < offset; at++, seen++) {
      const byte = chunk[at]!;
      if (byte === 13 || (byte === 10 && before !== 13)) line++;
      before = byte;
    }
    if (seen >= offset) break;
  }
  return line;
}

/** UTF-16 without a byte order mark, by the zero bytes of its first characters, where those are Latin. */
async function utf16Without(path: string): Promise<"utf-16le" | "utf-16be" | undefined> {
  const head = (await firstBytes(path)).subarray(0, 4);
  if (head.length < 4) return undefined;
  const zero = Array.from(head, (byte) => byte === 0);
  if (zero[0] && !zero[1] && zero[2] && !zero[3]) return "utf-16be";
  return !zero[0] && zero[1] && !zero[2] && zero[3] ? "utf-16le" : undefined;
}

async function brokenText(path: string, name: string, encoding: string, offset: number, byte: number) {
  const line = await lineAt(path, offset);
  const wide = await utf16Without(path);
  const hex = `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  return new MillraceError("DATASET_ENCODING_BROKEN", {
    message: `${name}: byte ${hex} at offset ${offset} (line ${line}) is not ${encoding.toUpperCase()} text.`,
    next:
      encoding === "utf-8" && wide !== undefined
        ? `Set \`encoding: "${wide}"\` on the source (--encoding ${wide} on the command line): every other byte of its beginning is 0, as in that encoding.`
        : 'Set `encoding: "windows-1252"` (or "latin-1") on the source (--encoding on the command line) when that is how the file was written, or save it as UTF-8.',
    facts: { file: name, line, offset, encoding },
  });
}

async function nulByte(path: string, name: string, encoding: string, offset: number) {
  const line = await lineAt(path, offset);
  const wide = await utf16Without(path);
  return new MillraceError("DATASET_BYTES_NUL", {
    message: `${name}: there is a NUL byte at offset ${offset} (line ${line}); a text file holds none.`,
    next:
      encoding === "utf-8"
        ? `Set \`encoding: "${wide ?? "utf-16le"}"\`${wide === undefined ? ' (or "utf-16be")' : ""} on the source (--encoding on the command line) when that is how the file was written; otherwise it is not a text file.`
        : "Check the encoding of the source: this is not a text file in it.",
    facts: { file: name, line, offset },
  });
}

function unpackError(name: string, error: unknown): MillraceError | undefined {
  if (!/^Z_|ERR_.*ZLIB/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
  return new MillraceError("DATASET_COMPRESSION_BROKEN", {
    message: `${name} does not unpack as gzip: ${(error as Error).message}.`,
    next: "Fetch the file again, or take `.gz` off its name when it is not compressed.",
    facts: { file: name },
    cause: error,
  });
}

function tooLarge(name: string, maxBytes: number): MillraceError {
  return new MillraceError("DATASET_SIZE_TOO_LARGE", {
    message: `${name} is larger than the limit of ${maxBytes} bytes.`,
    next: "Raise `maxBytes` on the source, or read a smaller part.",
    facts: { file: name, maxBytes },
  });
}
