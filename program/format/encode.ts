import { isLittleEndian } from "../elementary/bits.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { programLimits as limits } from "../limits.ts";
import type { Program, Tensor, Tensors } from "../model.ts";
import type { ProgramError } from "../problem.ts";
import { checkFormat, checkProgram, fail } from "../validate.ts";
import { canonicalJson } from "./canonical-json.ts";

const arrays = { f64: Float64Array, i32: Int32Array, u32: Uint32Array, u8: Uint8Array } as const;

/**
 * A program as files: `program.json` (RFC 8785, with the tensors' header) and `tensors.bin` (little-endian, each tensor
 * aligned to 64 bytes, in order of name). Tensors that no node reads are left out.
 *
 * Errors: those of `validateProgram`.
 */
export function encodeProgram(program: Program, tensors: Tensors): { json: string; tensors: Uint8Array } {
  checkProgram(program, tensors);
  const used = new Set(program.nodes.flatMap((node) => tensorNames(node.attributes)));
  const names = [...tensors.keys()].filter((name) => used.has(name)).sort();
  const header: Record<string, JsonValue> = {};
  let end = 0;
  for (const name of names) {
    const tensor = tensors.get(name)!;
    const offset = align(end);
    header[name] = { type: tensor.type, length: tensor.values.length, offset };
    end = offset + tensor.values.byteLength;
  }
  const bytes = new Uint8Array(end);
  for (const name of names) {
    const { values } = tensors.get(name)!;
    const own = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    bytes.set(littleEndian(own, values.BYTES_PER_ELEMENT), (header[name] as JsonObject).offset as number);
  }
  return { json: canonicalJson({ ...(program as unknown as JsonObject), tensors: header }), tensors: bytes };
}

/**
 * The program of two files, checked whole before anything of it is used.
 *
 * Errors: PROGRAM_JSON_INVALID: not JSON, not canonical, or too deep; PROGRAM_TENSOR_INVALID: a header that does not fit
 * the bytes; PROGRAM_LIMIT_EXCEEDED; and those of `validateProgram`.
 */
export function decodeProgram(json: string, bytes: Uint8Array): { program: Program; tensors: Tensors } {
  if (json.length > limits.jsonLength)
    throw fail(
      "PROGRAM_LIMIT_EXCEEDED",
      `program.json has ${json.length} characters; the most is ${limits.jsonLength}`,
    );
  const parsed = parseCanonical(json);
  if (!isObject(parsed)) throw fail("PROGRAM_JSON_INVALID", "program.json is not an object");
  checkFormat(parsed.format);
  const { tensors: header, ...rest } = parsed;
  const tensors = readTensors(header, bytes);
  const program = rest as unknown as Program;
  checkProgram(program, tensors);
  return { program, tensors };
}

/** Parses a text that must be canonical JSON of bounded depth, so that no two texts mean the same program. */
export function parseCanonical(json: string): JsonValue {
  checkDepth(json);
  let value: JsonValue;
  try {
    value = JSON.parse(json) as JsonValue;
  } catch (cause) {
    throw fail(
      "PROGRAM_JSON_INVALID",
      `program.json is not JSON (${cause instanceof Error ? cause.message.slice(0, 120) : "unreadable"})`,
    );
  }
  if (canonicalJson(value) !== json)
    throw fail("PROGRAM_JSON_INVALID", "program.json is not canonical JSON (RFC 8785)");
  return value;
}

function checkDepth(json: string): void {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (inText) {
      if (unit === 92) i++;
      else if (unit === 34) inText = false;
    } else if (unit === 34) inText = true;
    else if (unit === 91 || unit === 123) {
      if (++depth > limits.jsonDepth)
        throw fail("PROGRAM_LIMIT_EXCEEDED", `program.json is nested more than ${limits.jsonDepth} levels deep`);
    } else if (unit === 93 || unit === 125) depth--;
  }
}

function tensorNames(attributes: JsonObject): string[] {
  return Object.values(attributes).flatMap((value) =>
    isObject(value) && typeof value.tensor === "string" ? [value.tensor] : [],
  );
}

function readTensors(header: JsonValue | undefined, bytes: Uint8Array): Tensors {
  if (!isObject(header)) throw fail("PROGRAM_TENSOR_INVALID", "program.json has no header of tensors");
  const names = Object.keys(header).sort();
  if (names.length > limits.tensors)
    throw fail("PROGRAM_LIMIT_EXCEEDED", `The program has ${names.length} tensors; the most is ${limits.tensors}`);
  if (bytes.length > limits.tensorBytes)
    throw fail("PROGRAM_LIMIT_EXCEEDED", `tensors.bin has ${bytes.length} bytes; the most is ${limits.tensorBytes}`);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const name of names) {
    const entry = header[name];
    if (!isObject(entry) || Object.keys(entry).length !== 3) throw badTensor(name, "has no type, length and offset");
    const { type, length, offset } = entry;
    if (typeof type !== "string" || !Object.hasOwn(arrays, type)) throw badTensor(name, "has an unknown type");
    if (!Number.isSafeInteger(length) || (length as number) < 0) throw badTensor(name, "has no valid length");
    if (offset !== align(end)) throw badTensor(name, `starts at byte ${String(offset)} instead of ${align(end)}`);
    const size = (length as number) * arrays[type as Tensor["type"]].BYTES_PER_ELEMENT;
    if ((offset as number) + size > bytes.length)
      throw badTensor(name, `ends beyond the ${bytes.length} bytes of tensors.bin`);
    for (let i = end; i < (offset as number); i++)
      if (bytes[i] !== 0) throw badTensor(name, "has padding that is not zero");
    tensors.set(name, readTensor(bytes.subarray(offset as number, (offset as number) + size), type as Tensor["type"]));
    end = (offset as number) + size;
  }
  if (end !== bytes.length)
    throw fail("PROGRAM_TENSOR_INVALID", `tensors.bin has ${bytes.length} bytes; its tensors end at ${end}`);
  return tensors;
}

function readTensor(bytes: Uint8Array, type: Tensor["type"]): Tensor {
  const values = new arrays[type](littleEndian(bytes, arrays[type].BYTES_PER_ELEMENT).buffer);
  return { type, values } as Tensor;
}

/** A copy of the bytes of numbers of this host, as little-endian ones; or the other way round. */
function littleEndian(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (!isLittleEndian) for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return copy;
}

function align(offset: number): number {
  return Math.ceil(offset / 64) * 64;
}

function badTensor(name: string, problem: string): ProgramError {
  return fail("PROGRAM_TENSOR_INVALID", `The tensor "${name.slice(0, 80)}" ${problem}`);
}
