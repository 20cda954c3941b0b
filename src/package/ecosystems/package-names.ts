import { type CompileOptions, prefixOf } from "@millrace/program/compile";

/** What a package of a model is called in each ecosystem. */
export interface PackageNames {
  /** Letters, digits and `_`. */
  readonly identifier: string;
  /** The same with `-`. */
  readonly dashed: string;
  /** `7.0.0`: every version of a model may differ from the one before in anything. */
  readonly version: string;
  readonly digest: string | undefined;
}

export function packageNames(options: CompileOptions): PackageNames {
  const identifier = prefixOf(options);
  const number = Number.isSafeInteger(options.version) ? options.version : 0;
  return {
    identifier,
    dashed: identifier.replaceAll("_", "-"),
    version: `${number}.0.0`,
    digest: /^sha256:[0-9a-f]{64}$/.test(options.digest ?? "") ? options.digest : undefined,
  };
}
