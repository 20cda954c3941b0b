import type { z } from "zod";

export interface UnknownKey {
  readonly path: readonly string[];
  readonly key: string;
  readonly known: readonly string[];
}

/** What is read of a zod schema's definition; each kind of schema has a part of it. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: { readonly _zod: { readonly def: { readonly type: string } } };
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly options?: readonly z.ZodType[];
  readonly getter?: () => z.ZodType;
}

/** The keys in a value that its schema does not name. zod drops them unless every nested object is declared strict. */
export function unknownKeys(schema: z.ZodType, value: unknown, path: readonly string[] = []): UnknownKey[] {
  const definition = schema._zod.def as unknown as Definition;
  const { shape, innerType, element, valueType, items, options, getter } = definition;
  const into = definition.in;
  if (typeof value !== "object" || value === null) return [];
  if (shape !== undefined) return keysOfObject(definition, shape, value as Record<string, unknown>, path);
  if (innerType !== undefined) return unknownKeys(innerType, value, path);
  if (into !== undefined) return unknownKeys(into, value, path);
  if (getter !== undefined) return unknownKeys(getter(), value, path);
  if (options !== undefined) return keysOfUnion(options, value, path);
  if (Array.isArray(value))
    return value.flatMap((part, i) => {
      const schemaOfPart = element ?? items?.[i];
      return schemaOfPart === undefined ? [] : unknownKeys(schemaOfPart, part, [...path, String(i)]);
    });
  if (definition.type === "record" && valueType !== undefined)
    return Object.entries(value).flatMap(([key, part]) => unknownKeys(valueType, part, [...path, key]));
  return [];
}

function keysOfObject(
  { catchall }: Definition,
  shape: Readonly<Record<string, z.ZodType>>,
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
): UnknownKey[] {
  const open = catchall !== undefined && catchall._zod.def.type !== "never";
  return Object.entries(value).flatMap(([key, part]) => {
    const schemaOfPart = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (schemaOfPart !== undefined) return unknownKeys(schemaOfPart, part, [...path, key]);
    return open ? [] : [{ path, key, known: Object.keys(shape) }];
  });
}

/** A union's member is the one that takes the value with the fewest unknown keys. */
function keysOfUnion(options: readonly z.ZodType[], value: unknown, path: readonly string[]): UnknownKey[] {
  const taking = options.filter((option) => option.safeParse(value).success);
  const found = taking.map((option) => unknownKeys(option, value, path));
  return found.sort((a, b) => a.length - b.length)[0] ?? [];
}
