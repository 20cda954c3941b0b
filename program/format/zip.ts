import { programLimits as limits } from "../limits.ts";
import type { ProgramError } from "../problem.ts";
import { fail } from "../validate.ts";

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
/** 1980-01-01 00:00: the first date that a zip can carry. */
const fixedDate = 0x0021;
const entryName = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

/**
 * Entries as one zip, stored without compression, with a fixed date, in the order given: the same entries always give
 * the same bytes.
 *
 * Errors: PROGRAM_FILE_INVALID: a name with folders or odd characters; PROGRAM_LIMIT_EXCEEDED: 64 entries, 4 GiB.
 * Source: PKWARE, .ZIP File Format Specification (APPNOTE) 6.3.10, §4.3 and §4.4.
 */
export function writeZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...entries.keys()];
  for (const name of names)
    if (!entryName.test(name)) throw invalid(`An entry may not be named ${JSON.stringify(name.slice(0, 80))}`);
  if (names.length > limits.fileEntries)
    throw invalid(`The file would have ${names.length} entries; the most is ${limits.fileEntries}`);
  return storedZip(entries);
}

/** As `writeZip`, of any ASCII names, also with folders: for archives that other programs read. */
export function storedZip(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...entries.keys()];
  let size = 22;
  for (const [name, bytes] of entries) size += 76 + 2 * name.length + bytes.length;
  if (size > 0xffffffff) throw invalid(`The file would have ${size} bytes; the most is ${0xffffffff}`);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  const encoder = new TextEncoder();
  const starts: number[] = [];
  const sums: number[] = [];
  let at = 0;
  for (const [name, bytes] of entries) {
    starts.push(at);
    sums.push(crc32(bytes));
    view.setUint32(at, localSignature, true);
    writeCommon(view, at + 4, sums.at(-1)!, bytes.length, name.length);
    out.set(encoder.encode(name), at + 30);
    out.set(bytes, at + 30 + name.length);
    at += 30 + name.length + bytes.length;
  }
  const directory = at;
  names.forEach((name, i) => {
    view.setUint32(at, centralSignature, true);
    view.setUint16(at + 4, 20, true);
    writeCommon(view, at + 6, sums[i]!, entries.get(name)!.length, name.length);
    view.setUint32(at + 42, starts[i]!, true);
    out.set(encoder.encode(name), at + 46);
    at += 46 + name.length;
  });
  view.setUint32(at, endSignature, true);
  view.setUint16(at + 8, names.length, true);
  view.setUint16(at + 10, names.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return out;
}

/**
 * The entries of a zip that `writeZip` could have written. Entries must follow each other without gap or overlap from the
 * first byte, be stored, and agree with the directory and their checksum.
 *
 * Errors: PROGRAM_FILE_INVALID: anything else, named.
 */
export function readZip(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const end = bytes.length - 22;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (end < 0 || view.getUint32(end, true) !== endSignature)
    throw invalid("The file is not a zip, is cut short, or has a comment");
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count > limits.fileEntries) throw invalid(`The file has ${count} entries; the most is ${limits.fileEntries}`);
  if (
    view.getUint16(end + 8, true) !== count ||
    view.getUint32(end + 4, true) !== 0 ||
    view.getUint16(end + 20, true) !== 0
  )
    throw invalid("The file is not a zip, is cut short, or has a comment");
  if (directory + view.getUint32(end + 12, true) !== end) throw invalid("The zip's directory is broken");
  const entries = new Map<string, Uint8Array>();
  let at = directory;
  let expectedStart = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== centralSignature) throw invalid("The zip's directory is broken");
    const entry = readCommon(view, at + 6);
    const extra = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const name = text(bytes, at + 46, entry.nameLength, end);
    if (!entryName.test(name))
      throw invalid(`The zip has an entry named ${JSON.stringify(name.slice(0, 80))}, which is not allowed`);
    if (entries.has(name)) throw invalid(`The zip has the entry "${name}" twice`);
    if (extra !== 0) throw invalid(`The entry "${name}" has extra fields`);
    if (view.getUint32(at + 42, true) !== expectedStart)
      throw invalid(`The entry "${name}" overlaps another or leaves a gap`);
    const data = readEntry(view, bytes, expectedStart, directory, name, entry);
    entries.set(name, data);
    expectedStart += 30 + entry.nameLength + data.length;
    at += 46 + entry.nameLength;
  }
  if (at !== end || expectedStart !== directory) throw invalid("The zip's directory is broken");
  return entries;
}

interface Common {
  readonly crc: number;
  readonly size: number;
  readonly nameLength: number;
}

function readEntry(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  limit: number,
  name: string,
  central: Common,
): Uint8Array {
  if (start + 30 > limit || view.getUint32(start, true) !== localSignature)
    throw invalid(`The entry "${name}" is not where the directory says`);
  const local = readCommon(view, start + 4);
  const from = start + 30 + local.nameLength;
  const same = local.crc === central.crc && local.size === central.size && local.nameLength === central.nameLength;
  if (!same || view.getUint16(start + 28, true) !== 0 || text(bytes, start + 30, local.nameLength, limit) !== name)
    throw invalid(`The entry "${name}" disagrees with the directory`);
  if (from + local.size > limit) throw invalid(`The entry "${name}" ends beyond the file`);
  const data = bytes.slice(from, from + local.size);
  if (crc32(data) !== local.crc) throw invalid(`The entry "${name}" has a wrong checksum`);
  return data;
}

/** The fields that a local header and a directory entry share, from "version needed" to the name's length. */
function writeCommon(view: DataView, at: number, crc: number, size: number, nameLength: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 8, fixedDate, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, nameLength, true);
}

function readCommon(view: DataView, at: number): Common {
  const size = view.getUint32(at + 14, true);
  if (
    view.getUint16(at + 2, true) !== 0 ||
    view.getUint16(at + 4, true) !== 0 ||
    view.getUint32(at + 18, true) !== size
  )
    throw invalid("The zip has an entry that is not stored as it is");
  return { crc: view.getUint32(at + 10, true), size, nameLength: view.getUint16(at + 22, true) };
}

function text(bytes: Uint8Array, at: number, length: number, limit: number): string {
  if (at + length > limit) throw invalid("The zip has a name that ends beyond its place");
  return String.fromCharCode(...bytes.subarray(at, at + Math.min(length, 1000)));
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

export function invalid(problem: string): ProgramError {
  return fail("PROGRAM_FILE_INVALID", problem);
}
