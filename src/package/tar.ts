export interface TarEntry {
  /** Relative, with `/`, at most 100 bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}

const block = 512;

/**
 * A tar of plain files with their folders, owned by root and dated 1970, in the order given: the same entries give the same bytes.
 *
 * Source: POSIX.1-1988 ustar.
 */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const folders = new Set<string>();
  const blocks: Uint8Array[] = [];
  for (const { path, bytes, executable } of entries) {
    const parts = path.split("/").slice(0, -1);
    for (let k = 1; k <= parts.length; k++) {
      const folder = `${parts.slice(0, k).join("/")}/`;
      if (!folders.has(folder)) blocks.push(header(folder, 0, 0o755, "5"));
      folders.add(folder);
    }
    blocks.push(header(path, bytes.length, executable === true ? 0o755 : 0o644, "0"), bytes);
    blocks.push(new Uint8Array((block - (bytes.length % block)) % block));
  }
  blocks.push(new Uint8Array(2 * block));
  return Buffer.concat(blocks);
}

function header(path: string, size: number, mode: number, type: string): Uint8Array {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is longer than 100 bytes.`);
  const out = Buffer.alloc(block);
  const octal = (value: number, at: number, digits: number) =>
    out.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  out.write(path, 0, "utf8");
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  out.write("        ", 148, "latin1");
  out.write(type, 156, "latin1");
  out.write("ustar\x0000", 257, "latin1");
  let sum = 0;
  for (const byte of out) sum += byte;
  out.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return out;
}
