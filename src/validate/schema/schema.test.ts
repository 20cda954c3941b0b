import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inferSchema, type Schema, schemaFromJson, schemaFromText, schemaToJson, schemaToText } from "#validate";

const rich = `# made by hand
feature {
  name: "a \\"b\\"\\n\\303\\251"   # an é in octal
  type: BYTES
  string_domain: < value: 'x' value: ["y", "z"] >
  # of a later version
  sounds_like { share: 0.5 }
  annotation { tag: "t" extra_metadata { [type.googleapis.com/some.Message] { deep: 1 } } }
}
feature { name: "big" type: INT int_domain { min: -9223372036854775808 max: 10 } }
tensor_representation_group { key: "" value { tensor_representation { key: "k" value { dense_tensor { column_name: "a" } } } } }
represent_variable_length_as_ragged: true`;

describe("text and JSON", () => {
  test("comments, lists, both braces, joined strings and escapes are read", () => {
    const { feature } = schemaFromText(rich);
    expect(feature![0]).toMatchObject({ name: 'a "b"\né', stringDomain: { value: ["x", "y", "z"] } });
    expect(schemaFromText('feature { name: "a" "b" }').feature![0]!.name).toBe("ab");
  });

  test("unknown fields and bounds beyond 2^53 go through text and JSON unchanged", () => {
    const schema = schemaFromText(rich);
    for (const again of [schemaFromText(schemaToText(schema)), schemaFromJson(JSON.stringify(schemaToJson(schema)))])
      expect(again).toEqual(schema);
    const text = schemaToText(schema);
    for (const part of [
      "min: -9223372036854775808",
      "[type.googleapis.com/some.Message] { deep: 1 }",
      "represent_variable_length_as_ragged: true",
      "sounds_like {",
      "# of a later version",
      "# made by hand",
    ])
      expect(text).toContain(part);
  });

  test("the JSON mapping of others: snake_case, integers as text, unknown members", () => {
    const schema = schemaFromJson(
      '{"feature":[{"name":"x","type":"INT","int_domain":{"min":"0","max":7},"bodyPart":{},"wordCount":3}]}',
    );
    expect(schema.feature![0]!.intDomain).toEqual({ min: 0, max: 7 });
    expect(schemaToJson(schema)).toEqual({
      feature: [{ name: "x", type: "INT", intDomain: { min: "0", max: "7" }, bodyPart: {}, wordCount: 3 }],
    });
    expect(schemaToText(schema)).toContain("bodyPart {\n  }\n  wordCount: 3");
  });

  test.each([
    ["feature {\n  name: }", "line 2, column 9"],
    ["feature {", '"}" is missing'],
    ['feature { name: "a', "not closed"],
    ['feature { name: "\\q" }', "escape"],
    ["feature { name: 3 }", "not a quoted text"],
    ["feature { presence { min_count: 1.5 } }", "whole number"],
    [`${"a {".repeat(100)}`, "deep"],
    [
      'feature {\n  name: "a"\n  tpye: INT }',
      "field tpye of Feature at line 3 of the schema is not a field; did you mean type?",
    ],
    ["feature {\n type: INTT }", "line 2 of the schema is INTT; did you mean INT?"],
    [
      "feature {\n int_domain {}\n bool_domain {} }",
      "bool_domain of Feature at line 3 of the schema stands beside int_domain",
    ],
    ['feature { name: "a" name: "b" }', "stands there twice"],
    ["feature { int_domain { min: 99999999999999999999 } }", "64 bits"],
  ])("%s is refused: %s", (text, problem) => {
    expect(() => schemaFromText(text)).toThrow(
      expect.objectContaining({ code: "VALIDATE_SCHEMA_TEXT_INVALID", message: expect.stringContaining(problem) }),
    );
  });

  test("JSON that is none, and a field of the wrong type, are named", () => {
    expect(() => schemaFromJson("{")).toThrow(/not JSON/);
    expect(() => schemaFromJson('{"feature":[{"name":3}]}')).toThrow(/schema\.feature\[0\]\.name/);
  });

  test("any text survives", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const schema: Schema = { feature: [{ name }] };
        expect(schemaFromText(schemaToText(schema))).toEqual(schema);
      }),
    );
  });
});

test("a constant 1 is no boolean, ranges on request, timestamps have a domain", () => {
  const base = { present: 2, missing: 0, minValues: 1, maxValues: 1 };
  const columns = [
    { ...base, name: "one", type: "INT", min: 1, max: 1 },
    { ...base, name: "price", type: "FLOAT", min: 0.5, max: 2 },
    { ...base, name: "at", type: "TIMESTAMP", min: 0, max: 1 },
    { ...base, name: "flag", type: "BOOL" },
  ] as const;
  const { feature } = inferSchema({ rows: 2, columns }, { inferRanges: true });
  expect(
    feature!.map(
      ({ intDomain, floatDomain, timeDomain, boolDomain }) => intDomain ?? floatDomain ?? timeDomain ?? boolDomain,
    ),
  ).toEqual([{ min: 1, max: 1 }, { min: 0.5, max: 2 }, { integerFormat: "UNIX_MICROSECONDS" }, {}]);
});
