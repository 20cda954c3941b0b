import type { MiddlewareHandler } from "hono";
import { MillraceError } from "#kernel";

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses requests addressed to a host that is not ours: a page of another site that has its own name point at this
 * machine (DNS rebinding) still sends that name.
 *
 * Errors: SERVER_HOST_REFUSED.
 */
export function checkHost(allowedHosts: readonly string[]): MiddlewareHandler {
  const names = new Set([...loopbackNames, ...allowedHosts.map((name) => name.toLowerCase())]);
  return async (c, next) => {
    const host = c.req.header("host");
    const name = host === undefined ? "" : hostName(host);
    if (!names.has(name))
      throw new MillraceError("SERVER_HOST_REFUSED", {
        message: `This server does not answer for the host "${name.slice(0, 100)}".`,
        next: "Open http://localhost with the server's port, or name the host when the server is started.",
      });
    await next();
  };
}

/** `example.org:4700` → `example.org`; `[::1]:4700` → `[::1]`. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}

export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** Scripts only from here; Mantine and the graph place elements by inline styles; charts draw to blob and data images. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers that every response carries. */
export function securityHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const headers = c.res.headers;
    headers.set("content-security-policy", contentPolicy);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    headers.set("cross-origin-opener-policy", "same-origin");
    headers.set("cross-origin-resource-policy", "same-origin");
  };
}
