import type { Column, Frame } from "@millrace/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { luhn, mod97, mod1110, verhoeff } from "./checksums.ts";
import { describeQuality } from "./describe-quality.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { findPersonalData } from "./find-personal-data.ts";
import { kAnonymity } from "./k-anonymity.ts";
import { type Mask, maskColumns } from "./mask.ts";
import { oneEdit, proposeMerges } from "./propose-merges.ts";

const text = (values: readonly (string | null)[]): Column => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    type: "string",
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
};
const numbers = (values: readonly number[], type: "number" | "integer" = "integer"): Column => ({
  type,
  values: Float64Array.from(values),
});
const frame = (columns: Record<string, Column>): Frame => {
  const first = Object.values(columns)[0]!;
  return {
    rows: first.type === "string" ? first.codes.length : first.values.length,
    columns: new Map(Object.entries(columns)),
  };
};
const personal = (values: readonly string[], name = "x") =>
  findPersonalData(frame({ [name]: text(values) })).map(({ label, by }) => `${label} by ${by}`);

describe("check digits", () => {
  test("are those of the issuers' published examples", () => {
    // ISO/IEC 7812 examples of card schemes' test numbers; IBAN Registry examples; ISO 7064; Verhoeff 1969.
    expect(["4111111111111111", "5500005555555559", "378282246310005"].every(luhn)).toBe(true);
    expect(luhn("4111111111111112")).toBe(false);
    expect(mod97("370400440532013000DE89")).toBe(1);
    expect(mod1110("794623")).toBe(true);
    expect(mod1110("794624")).toBe(false);
    expect(verhoeff("2363")).toBe(true);
    expect(verhoeff("2364")).toBe(false);
  });

  test("find each wrong digit", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{11}$/), fc.nat(11), fc.integer({ min: 1, max: 9 }), (body, place, add) => {
        for (const check of [luhn, verhoeff]) {
          const whole = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(check)!;
          const wrong = [...whole];
          wrong[place] = String((Number(wrong[place]) + add) % 10);
          expect(check(wrong.join(""))).toBe(false);
        }
      }),
    );
  });
});

describe("personal data", () => {
  test("names of persons are found under any heading; places and one chance hit in texts are not", () => {
    const people = ["Maria Lopez", "Wei Chen", "García, Ana", "Hans von Berg", "Zoë Quill", "Olga Petrova"];
    expect(personal(people, "kunde")).toEqual(["person's name by values"]);
    expect(personal(["San Jose", "Saint Paul", "New York", "Los Angeles", "Charlotte", "Boston"], "stop")).toEqual([]);
    const orders = Array.from({ length: 20 }, (_, k) => `order ${10_000_000_000 + 7919 * k} came`);
    expect(personal(orders, "remark")).toEqual([]);
  });

  // National ids: random numbers that python-stdnum 2.1 calls valid.
  test.each([
    ["e-mail address", ["ana@example.org", "b.o+x@mail.example.co.uk"]],
    ["telephone number", ["+49 30 901820", "(415) 555-2671", "+1-212-555-0187"]],
    [
      "payment card number",
      ["4111 1111 1111 1111", "5500005555555559", "4012888888881881", "378282246310005", "6011111111111117"],
    ],
    [
      "IBAN",
      [
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "FR1420041010050500013M02606",
        "ES9121000418450200051332",
        "NL91ABNA0417164300",
      ],
    ],
    ["IP address", ["192.168.10.7", "2001:db8::8a2e:370:7334"]],
    ["US social security number", ["219-09-9999", "457-55-5462"]],
    ["Spanish DNI or NIE", ["15781067P", "68326205J", "11742143E", "X8195787J", "Y3516191B"]],
    [
      "Italian codice fiscale",
      ["KEMUBC84B12H159E", "QGBCNN54D03H534G", "bsdhuu87a19h506w", "BHBREJ76C18A684S", "JRVFDS86S07C199I"],
    ],
    ["UK National Insurance number", ["QQ 12 34 56 C".replace("QQ", "AB"), "JG103759A"]],
    ["German tax id", ["71800239042", "46190032789", "42351618093", "45698250537", "91820358872"]],
    ["Brazilian CPF", ["872.059.420-80", "52723971180", "33198767326", "38158458823", "99981420409"]],
    ["Polish PESEL", ["95120935763", "93060660756", "94012321006", "72040777756", "96070539447"]],
    ["French NIR", ["276073986517751", "163107166838694", "182106079141410", "173113731466515", "155057507174006"]],
    ["Dutch BSN", ["510807525", "522368979", "446610884", "693289934", "176490358"]],
    ["Indian Aadhaar", ["5627 1825 0868", "675375290866", "566245937930", "731330811304", "965825810501"]],
    ["Swedish personnummer", ["521008-0833", "951124-7414", "970807-7806", "820223-3733", "690501-9680"]],
  ])("%s is found by its values", (label, values) => {
    expect(personal(values)).toEqual([`${label} by values`]);
  });

  test("a wrong check digit is not personal data", () => {
    expect(
      personal(["4111111111111112", "5500005555555550", "4012888888881882", "6011111111111118", "30569309025905"]),
    ).toEqual([]);
    expect(personal(["DE88370400440532013000", "GB28NWBK60161331926819"])).toEqual([]);
  });

  test("longer texts are searched, and measures are left alone", () => {
    expect(personal(["write to ana@example.org please", "nothing here"])).toEqual(["e-mail address by within"]);
    expect(personal(["1.2.3", "2.10.4", "10.0.1"])).toEqual([]);
    expect(personal(["2020-01-02", "2021-12-31", "1999-10-10"])).toEqual([]);
    expect(personal(["12.5 kg", "1,234.50", "100 000"])).toEqual([]);
  });

  test("columns' names count where values do not contradict them", () => {
    expect(personal(["Maria Lopez", "Wei Chen", "Zyx Qwv"], "customer_name")).toEqual(["person's name by values"]);
    expect(personal(["ORD", "SFO", "JFK"], "Airport Name")).toEqual([]);
    expect(personal(["yes", "none"], "own_telephone")).toEqual([]);
    expect(personal(["0171 2345", "030 123456"], "phone")).toEqual(["phone by name"]);
    const born = frame({ dateOfBirth: { type: "timestamp", values: Float64Array.of(0, 1e15) } });
    expect(findPersonalData(born)[0]).toMatchObject({ kind: "birth-date", certainty: "likely" });
  });
});

describe("masks", () => {
  const people = frame({
    mail: text(["ana@example.org", null, "bo@example.org"]),
    note: text(["call +49 30 901820 now", "ana@example.org", "x"]),
    zip: text(["10115", "10117", "80331"]),
    age: numbers([34, 37, -1]),
    born: { type: "timestamp", values: Float64Array.of(86_400e6 * 45, 0, 1e15), missing: Uint8Array.of(0, 1, 0) },
  });
  const masked = (masks: Record<string, Mask>, key?: string) => {
    const out = maskColumns(people, masks, key === undefined ? {} : { key });
    return (name: string) => {
      const column = out.columns.get(name);
      if (column?.type === "string") return Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]));
      return column === undefined ? undefined : [...(column.values as Float64Array)];
    };
  };

  test("redact takes every kind out of a text, with its check digits", () => {
    const note = text([
      "+34 600 123 456, DNI 12345678Z, NINO AB123456C, from 2001:db8::1 or 192.0.2.7, order 12345678A",
    ]);
    const masked = maskColumns(frame({ note }), { note: { how: "redact" } }).columns.get("note");
    expect(masked).toMatchObject({
      levels: ["[phone], DNI [national-id], NINO [national-id], from [ip] or [ip], order 12345678A"],
    });
    const third = maskColumns(frame({ x: numbers([0.35], "number") }), { x: { how: "range", width: 0.1 } });
    expect(third.columns.get("x")).toMatchObject({ levels: ["0.3 to 0.4"] });
  });

  test("drop, redact, hash, prefix, range and date", () => {
    const key = "0123456789abcdef";
    const of = masked(
      {
        mail: { how: "hash" },
        note: { how: "redact" },
        zip: { how: "prefix", length: 2 },
        age: { how: "range", width: 10 },
        born: { how: "date", unit: "year" },
      },
      key,
    );
    // printf ana@example.org | openssl dgst -sha256 -hmac 0123456789abcdef
    expect(of("mail")).toEqual(["76f87255c46390f8", null, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(of("note")).toEqual(["call [phone] now", "[redacted]", "[redacted]"]);
    expect(of("zip")).toEqual(["10***", "10***", "80***"]);
    expect(of("age")).toEqual(["30 to 40", "30 to 40", "-10 to 0"]);
    expect(of("born")).toEqual([0, 0, Date.UTC(2001, 0, 1) * 1000]);
    expect(masked({ mail: { how: "drop" } })("mail")).toBeUndefined();
  });

  test("refuse what does not fit", () => {
    expect(() => masked({ mail: { how: "hash" } })).toThrowError(/key of at least 16 bytes/);
    expect(() => masked({ zip: { how: "range", width: 5 } })).toThrowError(/for numbers/);
    expect(() => masked({ nobody: { how: "drop" } })).toThrowError(/no column "nobody"/);
  });

  test("k-anonymity counts the rows that stand alone", () => {
    const out = maskColumns(people, { zip: { how: "prefix", length: 2 } });
    expect(kAnonymity(out, ["zip"], 2)).toEqual({ k: 1, groups: 2, smallGroups: 1, smallRows: 1, rows: [2] });
    expect(kAnonymity(people, ["zip", "age"], 2).smallRows).toBe(3);
  });
});

describe("duplicates", () => {
  const shop = frame({
    id: numbers([1, 2, 3, 4, 4]),
    name: text(["Café Zoë", "cafe zoe", "Bar", "Bar", "Bar"]),
    price: numbers([1.23456, 1.23459, 2, 2, 2], "number"),
  });

  test("are counted exactly, nearly, and but for one column", () => {
    expect(findDuplicates(shop)).toMatchObject({ exactRows: 1, exactGroups: 1, nearRows: 0, examples: [[4, 5]] });
    expect(findDuplicates(shop).butFor).toEqual([{ column: "id", rows: 1 }]);
    const { id: _, ...rest } = Object.fromEntries(shop.columns);
    expect(findDuplicates(frame(rest))).toMatchObject({ exactRows: 2, nearRows: 1 });
  });

  test("across parts", () => {
    expect(findDuplicates(shop, Int32Array.of(0, 1, 0, 1, 0)).acrossParts).toEqual({ exactRows: 2, nearRows: 0 });
  });

  test("agree with counting rows as text", () => {
    const cell = fc.constantFrom("a", "b", "", null);
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.nat(2)), { minLength: 1, maxLength: 30 }), (rows) => {
        const table = frame({
          a: text(rows.map(([a]) => a)),
          b: text(rows.map(([, b]) => b)),
          c: numbers(rows.map(([, , c]) => c)),
        });
        const again = (key: (row: (typeof rows)[number]) => unknown) =>
          rows.length - new Set(rows.map((row) => JSON.stringify(key(row)))).size;
        const found = findDuplicates(table);
        const exact = again((row) => row);
        expect(found.exactRows).toBe(exact);
        const butFor = new Map(found.butFor.map(({ column, rows: count }) => [column, count]));
        expect(butFor.get("b") ?? 0).toBe(again(([a, , c]) => [a, c]) - exact);
      }),
    );
  });
});

describe("spellings of one category", () => {
  const repeat = (value: string, count: number) => Array.from({ length: count }, () => value);

  test("by case, accents and punctuation, and by one edit where rare", () => {
    const city = text([
      ...repeat("München", 40),
      ...repeat("MUNCHEN", 3),
      ...repeat("Hamburg", 30),
      "Hambrug",
      "Hamburgg",
      ...repeat("Homburg", 9),
    ]);
    expect(proposeMerges(frame({ city })).map(({ from, to, why }) => `${from} → ${to}: ${why}`)).toEqual([
      "MUNCHEN → München: spelling",
      "Hambrug → Hamburg: typo",
      "Hamburgg → Hamburg: typo",
    ]);
  });

  test("codes are not typos", () => {
    expect(
      proposeMerges(frame({ code: text([...repeat("AB-1234", 40), "AB-1235", ...repeat("cat", 20), "car"]) })),
    ).toEqual([]);
  });

  test("one edit is what the slow definition says", () => {
    const edits = (word: string) => {
      const letters = [..."ab"];
      const out = new Set<string>();
      for (let k = 0; k <= word.length; k++) {
        for (const letter of letters) out.add(word.slice(0, k) + letter + word.slice(k));
        if (k < word.length) out.add(word.slice(0, k) + word.slice(k + 1));
        if (k < word.length) for (const letter of letters) out.add(word.slice(0, k) + letter + word.slice(k + 1));
        if (k < word.length - 1) out.add(word.slice(0, k) + word[k + 1] + word[k] + word.slice(k + 2));
      }
      out.delete(word);
      return out;
    };
    const word = fc.stringMatching(/^[ab]{0,6}$/);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(oneEdit(a, b)).toBe(edits(a).has(b));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("columns that learning stumbles over", () => {
  const rows = Array.from({ length: 200 }, (_, k) => k);
  const { columns } = describeQuality(
    frame({
      id: text(rows.map((k) => `c${k}`)),
      same: numbers(rows.map(() => 3)),
      age: numbers(rows.map((k) => (k % 20 === 0 ? -999 : 20 + (k % 50)))),
      children: numbers(rows.map((k) => (k % 4 === 0 ? -1 : k % 12))),
      city: text(rows.map((k) => (k % 50 === 0 ? "n/a" : k % 2 === 0 ? "Oslo " : "Oslo"))),
      number: numbers(rows.map((k) => 5_000 + ((k * 7) % 200))),
      order_id: numbers(rows.map((k) => (k * 7919) % 100_003)),
      amount: numbers(rows.map((k) => (k * 7919) % 100_003)),
      remark: text(rows.map((k) => `it came on day ${k} and was all right`)),
    }),
  );
  expect(columns.map(({ column, kind }) => `${column} ${kind}`)).toEqual([
    "id id-like",
    "same constant",
    "age sentinel",
    "children sentinel",
    "city outer-blanks",
    "city placeholder",
    "number id-like",
    "order_id id-like",
  ]);
});
