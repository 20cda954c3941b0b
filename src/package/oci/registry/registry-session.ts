import { MillraceError } from "#kernel";
import { isLoopback, type RegistryAddress } from "./registry-address.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Requests to one repository, with the authorization that its registry asked for. */
export interface RegistrySession {
  /** A path below the registry, or a whole address that it gave; a body is bytes, so that it can be sent again. */
  send(method: string, target: string, parts?: RequestParts): Promise<Response>;
}

export interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

const timeLimitMs = 300_000;

/**
 * A session that answers a challenge (Basic, or Bearer by a token of the registry's own token service) once.
 *
 * Credentials go to the registry and to the token service that it names, over TLS or to this machine, and to nobody else.
 * Errors: PACKAGE_REGISTRY_REFUSED; PACKAGE_REGISTRY_FAILED: when it cannot be reached.
 * Source: OCI Distribution Specification 1.1; RFC 7235; Docker Registry v2 token authentication.
 */
export function registrySession(
  address: RegistryAddress,
  credentials: Credentials | undefined,
  signal: AbortSignal | undefined,
): RegistrySession {
  const { origin, repository } = address;
  let authorization: string | undefined;
  const once = async (method: string, url: URL, { headers, body }: RequestParts) => {
    const own = url.origin === origin && authorization !== undefined ? { authorization } : {};
    const limit = AbortSignal.timeout(timeLimitMs);
    try {
      return await fetch(url, {
        method,
        redirect: "manual",
        headers: { ...headers, ...own },
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      });
    } catch (cause) {
      if (signal?.aborted) throw stopped();
      throw failed(origin, `it cannot be reached (${reasonOf(cause)})`, cause);
    }
  };
  const authorize = async (challenge: string) => {
    const [, scheme = "", rest = ""] = /^\s*(\w+)\s*(.*)$/s.exec(challenge) ?? [];
    if (scheme.toLowerCase() === "basic") {
      if (credentials === undefined) throw refused(origin, "asks for a user and a password");
      return basic(credentials);
    }
    if (scheme.toLowerCase() !== "bearer") throw refused(origin, `asks for "${scheme.slice(0, 40)}" authorization`);
    return `Bearer ${await token(rest)}`;
  };
  const token = async (challenge: string) => {
    const given = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const url = URL.parse(given.realm ?? "");
    if (url === null || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.host))))
      throw refused(origin, "names a token service that is not reached over TLS");
    if (given.service !== undefined) url.searchParams.set("service", given.service);
    url.searchParams.set("scope", `repository:${repository}:pull,push`);
    const headers: Record<string, string> = credentials === undefined ? {} : { authorization: basic(credentials) };
    const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(30_000) }).catch(
      (cause) => {
        throw failed(url.origin, `the token service cannot be reached (${reasonOf(cause)})`, cause);
      },
    );
    const body = (await response.json().catch(() => ({}))) as {
      readonly token?: unknown;
      readonly access_token?: unknown;
    };
    const found = body.token ?? body.access_token;
    if (!response.ok || typeof found !== "string" || !/^[\x21-\x7e]+$/.test(found))
      throw refused(origin, `its token service answered ${response.status} and gave no token`);
    return found;
  };
  return {
    async send(method, target, parts = {}) {
      const url = URL.parse(target, origin);
      if (url === null || (url.protocol === "http:" && !isLoopback(url.host)) || !/^https?:$/.test(url.protocol))
        throw failed(origin, `it sends on to an address that is not reached over TLS`);
      const first = await once(method, url, parts);
      if (first.status !== 401 || url.origin !== origin) return first;
      await first.body?.cancel();
      authorization = await authorize(first.headers.get("www-authenticate") ?? "");
      const second = await once(method, url, parts);
      if (second.status === 401 || second.status === 403)
        throw refused(
          origin,
          `answered ${second.status} to ${credentials === undefined ? "nobody" : `the user "${credentials.user}"`}`,
        );
      return second;
    },
  };
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as {
    readonly cause?: { readonly code?: string; readonly message?: string };
    readonly message?: string;
  };
  return cause?.code ?? cause?.message ?? message ?? String(error);
}

function stopped(): MillraceError {
  return new MillraceError("KERNEL_STOPPED", {
    message: "The push was stopped; what was sent stays in the registry.",
    next: "Push again: blobs that are there already are not sent twice.",
  });
}

export function refused(origin: string, problem: string): MillraceError {
  return new MillraceError("PACKAGE_REGISTRY_REFUSED", {
    message: `The registry ${origin} does not let this push in: it ${problem}.`,
    next: "Give --registry-user NAME, and its password as --registry-secret, the name of a secret.",
    facts: { registry: origin },
  });
}

export function failed(origin: string, problem: string, cause?: unknown): MillraceError {
  return new MillraceError("PACKAGE_REGISTRY_FAILED", {
    message: `The registry ${origin} does not take the image: ${problem}.`,
    next: /CERT|SIGNATURE/.test(problem)
      ? "Name the registry's own certificate authority: NODE_EXTRA_CA_CERTS=ca.pem millrace model export …"
      : "Push again: blobs that are there already are not sent twice.",
    facts: { registry: origin },
    ...(cause === undefined ? {} : { cause }),
  });
}
