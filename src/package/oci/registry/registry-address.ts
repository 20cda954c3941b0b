import { MillraceError, refuseLiteralPassword } from "#kernel";

/** `localhost:5000/team/churn:7`, taken apart. */
export interface RegistryAddress {
  /** `https://host`; `http://host` where it is this machine, and TLS was not asked for. */
  readonly origin: string;
  readonly repository: string;
  readonly tag: string;
}

const form =
  /^(https:\/\/)?([A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9a-fA-F:]+\](?::\d{1,5})?)\/(.+):([A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/;
const repositoryForm = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Where an image is pushed to. A registry on this machine may speak http, unless the address begins with `https://`; any other
 * speaks TLS.
 *
 * Errors: PACKAGE_REGISTRY_ADDRESS; KERNEL_SECRET_LITERAL: when it carries a password.
 */
export function registryAddress(text: string): RegistryAddress {
  refuseLiteralPassword(text.includes("://") ? text : `https://${text}`);
  const [, scheme, host = "", repository = "", tag = ""] = form.exec(text) ?? [];
  if (host === "" || repository.length > 255 || !repositoryForm.test(repository))
    throw new MillraceError("PACKAGE_REGISTRY_ADDRESS", {
      message: `"${text.slice(0, 200)}" names no image in a registry.`,
      next: "Write host/name:tag, the name in lower case: localhost:5000/models/churn:7",
      facts: { address: text.slice(0, 200) },
    });
  const isPlain = scheme === undefined && isLoopback(host);
  return { origin: `${isPlain ? "http" : "https"}://${host}`, repository, tag };
}

/** Whether a host, perhaps with a port, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}
