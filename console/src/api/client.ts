import createClient from "openapi-fetch";
import type { components, paths } from "./schema.ts";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];

/** An error answer of the server, or that there was none. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const client = createClient<paths>({ baseUrl: window.location.origin });

interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer; throws an ApiProblem for every other outcome. */
async function read<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({
      type: "urn:millrace:error:CONSOLE_SERVER_UNREACHABLE",
      status: 503,
      code: "CONSOLE_SERVER_UNREACHABLE",
      title: "The server does not answer",
      detail: "The server does not answer; it may have been stopped.",
      next: "Start it with `npx millrace dev`; this page goes on by itself.",
    });
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw new ApiProblem(problemOf(answer));
}

function problemOf(answer: Answer<unknown>): Problem {
  const error = answer.error as Partial<Problem> | undefined;
  if (typeof error?.code === "string" && typeof error.detail === "string") return error as Problem;
  return {
    type: "about:blank",
    status: answer.response.status,
    code: `HTTP_${answer.response.status}`,
    title: answer.response.statusText,
    detail: `The server answered ${answer.response.status} without saying why.`,
    next: "Look into the server's log.",
  };
}

type Signal = { signal: AbortSignal };

export const api = {
  overview: ({ signal }: Signal) => read(client.GET("/api/v1/overview", { signal })),
  runs: (cursor: string | undefined, { signal }: Signal) =>
    read(
      client.GET("/api/v1/runs", {
        params: { query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } },
        signal,
      }),
    ),
  run: (id: string, { signal }: Signal) => read(client.GET("/api/v1/runs/{id}", { params: { path: { id } }, signal })),
  artifact: (id: string, { signal }: Signal) =>
    read(client.GET("/api/v1/artifacts/{id}", { params: { path: { id } }, signal })),
  models: ({ signal }: Signal) => read(client.GET("/api/v1/models", { signal })),
  model: (name: string, { signal }: Signal) =>
    read(client.GET("/api/v1/models/{name}", { params: { path: { name } }, signal })),
  modelProgress: (name: string, { signal }: Signal) =>
    read(client.GET("/api/v1/models/{name}/progress", { params: { path: { name } }, signal })),
  modelVersion: (name: string, version: number, { signal }: Signal) =>
    read(client.GET("/api/v1/models/{name}/versions/{version}", { params: { path: { name, version } }, signal })),
  modelFile: async (name: string, version: number, { signal }: Signal) =>
    new Uint8Array(
      await read(
        client.GET("/api/v1/models/{name}/versions/{version}/file", {
          params: { path: { name, version } },
          parseAs: "arrayBuffer",
          signal,
        }),
      ),
    ),
  monitoring: ({ signal }: Signal) => read(client.GET("/api/v1/monitoring", { signal })),
  factory: (factory: string, { signal }: Signal) =>
    read(client.GET("/api/v1/monitoring/{factory}", { params: { path: { factory } }, signal })),
};
