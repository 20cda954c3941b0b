import { crc32 } from "node:zlib";
import { storedZip } from "@millrace/program/write";
import { writeTar } from "../tar.ts";

export type Entries = ReadonlyMap<string, string | Uint8Array>;

const mostStored = 0xffff;

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Entries as a zip, stored, in their order: the same entries give the same bytes. */
export function zipOf(entries: Entries): Uint8Array {
  return storedZip(new Map([...entries].map(([path, content]) => [path, bytesOf(content)])));
}

/** Entries as a `.tar.gz`, stored, in their order. */
export function tarGzipOf(entries: Entries, executables: ReadonlySet<string> = new Set()): Uint8Array {
  return storedGzip(
    writeTar(
      [...entries].map(([path, content]) => ({
        path,
        bytes: bytesOf(content),
        ...(executables.has(path) ? { executable: true } : {}),
      })),
    ),
  );
}

/**
 * Bytes as gzip without compression: what zlib makes of them differs from version to version and from processor to processor.
 *
 * Source: RFC 1952 §2.3; RFC 1951 §3.2.4.
 */
export function storedGzip(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)];
  for (let at = 0; at === 0 || at < bytes.length; at += mostStored) {
    const block = bytes.subarray(at, at + mostStored);
    const head = Buffer.alloc(5);
    head.writeUInt8(at + mostStored >= bytes.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(block.length ^ 0xffff, 3);
    parts.push(head, block);
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(bytes), 0);
  end.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([...parts, end]);
}
