import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readZip } from "../index.ts";
import { writeZip } from "../write.ts";
import { crc32 } from "./zip.ts";

const encoder = new TextEncoder();
const sample = () =>
  writeZip(
    new Map([
      ["a.json", encoder.encode("{}")],
      ["b.bin", Uint8Array.of(1, 2, 3, 4, 5)],
    ]),
  );

describe("zip", () => {
  it("reads back what it wrote, as other readers do", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,8}\.bin$/), fc.uint8Array({ maxLength: 300 }), {
          maxKeys: 8,
        }),
        (files) => {
          const entries = new Map(Object.entries(files));
          const bytes = writeZip(entries);
          expect([...readZip(bytes)]).toEqual([...entries]);
          const other = unzipSync(bytes);
          for (const [name, content] of entries) expect(other[name]).toEqual(content);
        },
      ),
    );
  });

  it("gives the same bytes for the same entries, dated 1980-01-01", () => {
    expect(sample()).toEqual(sample());
    expect(Buffer.from(sample()).readUInt16LE(12)).toBe(0x21);
    expect(crc32(encoder.encode("123456789"))).toBe(0xcbf43926);
  });

  it("refuses names that leave the folder", () => {
    for (const name of ["../a", "/a", "a/b", "a\\b", "", ".", "..", "C:a", "a\u0000"])
      expect(() => writeZip(new Map([[name, new Uint8Array()]]))).toThrow(/may not be named/);
    const hostile = sample();
    const at = Buffer.from(hostile).indexOf("a.json", 40);
    for (const start of [30, at]) hostile.set(encoder.encode("../../"), start);
    expect(() => readZip(hostile)).toThrow(/not allowed/);
  });

  it("refuses any single changed byte, or changes nothing that it reads", () => {
    const good = sample();
    const wanted = [...readZip(good)];
    for (let i = 0; i < good.length; i++)
      for (const flip of [0x01, 0x80]) {
        const bad = good.slice();
        bad[i]! ^= flip;
        let read: unknown;
        try {
          read = [...readZip(bad)];
        } catch (error) {
          expect((error as Error).name).toBe("ProgramError");
          continue;
        }
        expect(read).toEqual(wanted);
      }
  });

  it("refuses a file cut short, a comment, overlapping entries and a bomb of entries", () => {
    const good = sample();
    for (let end = 0; end < good.length; end++) expect(() => readZip(good.subarray(0, end))).toThrow();
    expect(() => readZip(Uint8Array.of(...good, 0))).toThrow();
    const overlap = good.slice();
    const second = Buffer.from(overlap).indexOf("b.bin", Buffer.from(overlap).indexOf("PK\u0001\u0002")) - 46;
    new DataView(overlap.buffer).setUint32(second + 42, 0, true);
    expect(() => readZip(overlap)).toThrow(/overlaps/);
    const many = new Map(Array.from({ length: 65 }, (_, i) => [`f${i}`, new Uint8Array()] as const));
    expect(() => writeZip(many)).toThrow(/65 entries/);
  });
});
