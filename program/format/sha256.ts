const roundConstants = new Uint32Array(64);
const initialState = new Uint32Array(8);
fillConstants();

/**
 * The SHA-256 of bytes, or of a text's UTF-8 bytes, as 64 hexadecimal digits.
 *
 * ```ts
 * sha256("abc"); // "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
 * ```
 *
 * Source: FIPS 180-4, Secure Hash Standard, 2015, §5–6.
 */
export function sha256(data: Uint8Array | string): string {
  return (
    host.process?.getBuiltinModule?.("crypto").createHash("sha256").update(data).digest("hex") ?? plainSha256(data)
  );
}

/** Node's own digest, where there is one: a hundred times as fast. */
const host = globalThis as {
  readonly process?: {
    readonly getBuiltinModule?: (name: "crypto") => {
      createHash(name: "sha256"): { update(data: Uint8Array | string): { digest(form: "hex"): string } };
    };
  };
};

/** As `sha256`, wherever there is a JavaScript. */
export function plainSha256(data: Uint8Array | string): string {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const state = initialState.slice();
  const schedule = new Uint32Array(64);
  const rest = bytes.length % 64;
  const whole = bytes.length - rest;
  const all = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < whole; at += 64) compress(state, schedule, all, at);
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < tail.length; at += 64) compress(state, schedule, view, at);
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

function compress(state: Uint32Array, w: Uint32Array, bytes: DataView, at: number): void {
  for (let i = 0; i < 16; i++) w[i] = bytes.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const t1 =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + roundConstants[i]! + w[i]!) | 0;
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i]! += word;
  });
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The fraction bits of square roots (state) and cube roots (round constants) of the first primes, in whole numbers. */
function fillConstants(): void {
  let count = 0;
  for (let candidate = 2; count < 64; candidate++) {
    let divisor = 2;
    while (candidate % divisor > 0) divisor++;
    if (divisor < candidate) continue;
    if (count < 8) initialState[count] = rootBits(candidate, 2n);
    roundConstants[count++] = rootBits(candidate, 3n);
  }
}

function rootBits(value: number, degree: bigint): number {
  const scaled = BigInt(value) << (32n * degree);
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** degree <= scaled) root += bit;
  return Number(root & 0xffffffffn);
}
