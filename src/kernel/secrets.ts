import { MillraceError } from "./errors/millrace-error.ts";

/** A secret by name. It is recorded and keyed by its name; an adapter resolves it when it opens. */
export interface SecretRef {
  readonly secret: string;
}

/** Names a secret in options: `secret("warehouse-password")`. */
export function secret(name: string): SecretRef {
  return { secret: name };
}

export function isSecretRef(value: unknown): value is SecretRef {
  return typeof value === "object" && value !== null && typeof (value as SecretRef).secret === "string";
}

/**
 * The secret's value, from the environment variable `MILLRACE_SECRET_<NAME>` (upper case, other characters as `_`).
 *
 * Errors: KERNEL_SECRET_MISSING: when the variable is not set.
 */
export function resolveSecret(ref: SecretRef, environment: NodeJS.ProcessEnv = process.env): string {
  const variable = `MILLRACE_SECRET_${ref.secret.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  const value = environment[variable];
  if (value !== undefined) return value;
  throw new MillraceError("KERNEL_SECRET_MISSING", {
    message: `The secret "${ref.secret}" is not set.`,
    next: `Set the environment variable ${variable} and run again.`,
  });
}

/** `scheme://user:password@`, and `password=` as a query parameter or in a list of settings. */
const literalPassword = [/^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:[^/@\s]+@/i, /(?:^|[?&;\s])(?:password|pwd)\s*=\s*[^&;\s]/i];

/**
 * Refuses an address that carries a password in clear. The message never repeats the address.
 *
 * Errors: KERNEL_SECRET_LITERAL: when the address has a `user:password@` part or a `password=` setting.
 */
export function refuseLiteralPassword(address: string): void {
  if (!literalPassword.some((pattern) => pattern.test(address))) return;
  throw new MillraceError("KERNEL_SECRET_LITERAL", {
    message: "An address holds a password in clear.",
    next: 'Remove the password from the address and give `password: secret("name")` beside it.',
  });
}
