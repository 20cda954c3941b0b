import { readSchema } from "#factory";
import { isMillraceError, MillraceError } from "#kernel";
import type { Schema } from "#validate";

/** The schema of a .pbtxt or .json file. Errors: KERNEL_FILE_MISSING, KERNEL_JSON_INVALID, those of the schema's form. */
export async function readSchemaFile(path: string): Promise<Schema> {
  try {
    return await readSchema(path);
  } catch (error) {
    if (isMillraceError(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined)
      throw new MillraceError("KERNEL_FILE_MISSING", {
        message: `The schema ${path} cannot be read (${code}).`,
        next: "Correct the path, or infer a schema: millrace data infer-schema DATA --out schema.pbtxt",
        facts: { path },
      });
    throw new MillraceError("KERNEL_JSON_INVALID", {
      message: `The schema ${path} is no JSON: ${(error as Error).message}.`,
      next: "Correct the file; a schema in text form is named .pbtxt.",
      facts: { path },
    });
  }
}
