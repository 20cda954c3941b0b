import type { Digest } from "@millrace/program";
import { z } from "zod";

export const manifestName = "backup.json";
export const manifestFormat = 1;

const digest = z.custom<Digest>((value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value));
const file = z.object({ sizeBytes: z.number().int().min(0), digest });

/** `backup.json`: what a backup holds. Objects are named by their digests, in the database. */
export const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  millrace: z.string(),
  createdMs: z.number(),
  metadata: file,
  objects: z.object({ count: z.number().int().min(0), sizeBytes: z.number().min(0) }),
  traffic: z.array(file.extend({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/) })),
});

export type BackupManifest = Readonly<z.output<typeof manifestSchema>>;

/** Told as objects are copied. */
export type CopyProgress = (done: number, total: number) => void;
