export { editSchemaJson } from "./edit-schema-json.ts";
export { editSchemaText } from "./edit-schema-text.ts";
export { expectsLists } from "./expects-lists.ts";
export { type InferSchemaOptions, inferSchema, inferSchemaOptionsSchema } from "./infer-schema.ts";
export type { Feature, Schema, StringDomain } from "./model.ts";
export { schemaFromJson, schemaToJson } from "./schema-json.ts";
export { schemaFromText, schemaToText } from "./schema-text.ts";
export { type UpdateSchemaOptions, updateSchema } from "./update-schema.ts";
