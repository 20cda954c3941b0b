import { randomBytes } from "node:crypto";

/** Prefix of an id, by the noun it names. */
export type IdPrefix = "run" | "art" | "exe" | "ctx" | "mdl" | "evt" | "req" | "alr" | "apr" | "usr";
export type Id<P extends IdPrefix = IdPrefix> = `${P}_${string}`;

let lastMs = -1;
let counter = 0;

/**
 * A new id: the noun's prefix and a UUIDv7 (RFC 9562), so that ids sort by the time they were made.
 *
 * ```ts
 * newId("run", 0).slice(0, 17); // "run_00000000-0000"
 * ```
 *
 * Units: `nowMs` is milliseconds since 1970. Random: 62 bits from the operating system; ids are never part of a content digest.
 * Within a millisecond, the 12 bits before them count up (RFC 9562 §6.2, method 1), so that one process's ids keep their order.
 */
export function newId<P extends IdPrefix>(prefix: P, nowMs: number = Date.now()): Id<P> {
  const bytes = randomBytes(16);
  const ms = Math.floor(nowMs);
  // A counter that begins below half leaves room for two thousand ids of the same millisecond; beyond, only their order is lost.
  counter = ms === lastMs ? Math.min(counter + 1, 0xfff) : bytes.readUInt16BE(6) & 0x7ff;
  lastMs = ms;
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${prefix}_${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<P>;
}
