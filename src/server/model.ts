import type { Clock, Log, MetadataStore, ObjectStore } from "#kernel";

/** What the API reads from. It never writes. */
export interface ApiDependencies {
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly clock?: Clock;
  readonly log?: Log;
  /** The platform's version, shown in the console and the API's description. */
  readonly version?: string;
  /** Folder of the built console (`console/dist`); left out: the API alone. */
  readonly consoleFolder?: string;
  /** Host names, beside this machine's own, that requests may be addressed to (`models.example.org`). */
  readonly allowedHosts?: readonly string[];
}

export interface ServerOptions extends ApiDependencies {
  /** Address to listen on; default `127.0.0.1`. Any but a loopback address needs `allowedHosts`. */
  readonly host?: string;
  /** Default 4700; 0 takes any free port. */
  readonly port?: number;
  /** Takes another free port when this one is taken. */
  readonly anyPort?: boolean;
}

export interface RunningServer {
  readonly port: number;
  /** Address to open in a browser, without a closing slash. */
  readonly url: string;
  /** Resolves when nothing listens and no connection is open. */
  close(): Promise<void>;
}
