import fc from "fast-check";
import { expect, test } from "vitest";
import { type Schema, schemaFromText, schemaToText } from "#validate";
import { editSchemaJson } from "./edit-schema-json.ts";
import { editSchemaText } from "./edit-schema-text.ts";

const source = `# customers, reviewed by Ada
feature {
  # in years
  name: "age"   # of the holder
  int_domain { min: 0 max: 99 } # nobody is older
  type: INT
  later_field: 3
}
feature { name: "name" domain: "name" type: BYTES presence { min_count: 1 } }
string_domain {
  name: "name"
  value: "Alice"  # first
  value: "Bob"
}
`;

const edited = (change: (schema: Schema) => Schema) => editSchemaText(source, change(schemaFromText(source)));
const age = (schema: Schema, change: object): Schema => ({
  ...schema,
  feature: schema.feature!.map((one) => (one.name === "age" ? { ...one, ...change } : one)),
});

test("a bound and a value change in place; comments, order and unknown fields stay", () => {
  const text = edited((schema) => ({
    ...age(schema, { intDomain: { min: 0, max: 120 } }),
    stringDomain: [{ name: "name", value: ["Alice", "Bob", "Joel"] }],
  }));
  expect(text).toBe(
    source.replace("max: 99", "max: 120").replace('  value: "Bob"\n', '  value: "Bob"\n  value: "Joel"\n'),
  );
});

test("fields come and go with their lines", () => {
  const text = edited((schema) => {
    const { intDomain: _, ...rest } = schema.feature![0]!;
    return {
      ...schema,
      feature: [{ ...rest, lifecycleStage: "DEPRECATED" }, schema.feature![1]!, { name: "new", type: "INT" }],
    };
  });
  expect(text).toBe(
    source
      .replace("  int_domain { min: 0 max: 99 } # nobody is older\n", "")
      .replace("  later_field: 3\n", "  later_field: 3\n  lifecycle_stage: DEPRECATED\n")
      .replace("{ min_count: 1 } }\n", '{ min_count: 1 } }\nfeature {\n  name: "new"\n  type: INT\n}\n'),
  );
});

test("a message on one line stays on it", () => {
  expect(editSchemaText('feature { name: "a" }', { feature: [{ name: "a", intDomain: { min: 1 } }] })).toBe(
    'feature { name: "a" int_domain { min: 1 } }',
  );
});

test("whatever the two schemas, the edited text reads as the second", () => {
  const name = fc.constantFrom("a", "b", "c", "d e");
  const feature = fc.record(
    {
      name,
      type: fc.constantFrom("INT" as const, "BYTES" as const),
      intDomain: fc.record({ min: fc.integer(), max: fc.integer() }, { requiredKeys: [] }),
      presence: fc.record({ minCount: fc.nat(), minFraction: fc.constantFrom(0.5, 1) }, { requiredKeys: [] }),
      inEnvironment: fc.uniqueArray(name, { minLength: 1 }),
    },
    { requiredKeys: ["name"] },
  );
  const schemas = fc.record({
    feature: fc.uniqueArray(feature, { selector: (one) => one.name, minLength: 1 }),
  });
  fc.assert(
    fc.property(schemas, schemas, fc.boolean(), (first, second, inline) => {
      const text = inline ? schemaToText(first).replaceAll(/\n */g, " ") : schemaToText(first);
      const sorted = ({ feature }: Schema) =>
        feature!
          .map((one) => ({ ...one, ...(one.inEnvironment && { inEnvironment: one.inEnvironment.toSorted() }) }))
          .toSorted((a, b) => (a.name! < b.name! ? -1 : 1));
      expect(sorted(schemaFromText(editSchemaText(text, second)))).toEqual(sorted(second));
    }),
  );
});

test("JSON keeps its spelling, order and members that are not known", () => {
  const json =
    '{\n    "feature": [{"type": "INT", "int_domain": {"max": 99, "min": 0}, "mine": true, "name": "age"}]\n}\n';
  const schema: Schema = {
    feature: [
      { name: "age", type: "INT", intDomain: { min: 0, max: 120 }, unknownFields: [{ name: "mine", json: true }] },
    ],
  };
  expect(JSON.parse(editSchemaJson(json, schema))).toEqual(JSON.parse(json.replace("99", "120")));
  expect(editSchemaJson(json, schema)).toContain('\n    "feature"');
  expect(editSchemaJson(json, schema).indexOf("type")).toBeLessThan(editSchemaJson(json, schema).indexOf("name"));
});
