import type { JsonObject } from "@millrace/program";
import { type Clock, type MetadataStore, MillraceError, type ObjectStore } from "#kernel";

/** How another process opens a store: a factory function by its module, with its options. */
export type StoreAddress = {
  /** `file:` URL of the module. */
  readonly module: string;
  readonly export: string;
  readonly options: JsonObject;
};

/** Stores as a task's payload names them: those of this process by `token`, else by address. */
export type StorePointers = {
  readonly token: string;
  readonly objects: StoreAddress | null;
  readonly metadata: StoreAddress | null;
};

export interface LiveStores {
  readonly metadata: MetadataStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

const live = new Map<string, LiveStores>();
const opened = new Map<string, Promise<MetadataStore | ObjectStore>>();

/** Lends a run's open stores to the tasks that run in this process. Returns what takes them back. */
export function lendStores(token: string, stores: LiveStores): () => void {
  live.set(token, stores);
  return () => void live.delete(token);
}

export function liveStores(token: string): LiveStores | undefined {
  return live.get(token);
}

/** Opens a store by its address, once a process. */
export function openStore<T extends MetadataStore | ObjectStore>(
  address: StoreAddress | null,
  what: string,
): Promise<T> {
  if (address === null)
    throw new MillraceError("PIPELINE_STORE_ADDRESS_MISSING", {
      message: `A step in a child process needs the ${what} store, and the run was not given its address.`,
      next: `Give \`runPipeline\` the option \`addresses.${what}\`, or make the step light.`,
      facts: { what },
    });
  const key = JSON.stringify(address);
  const known = opened.get(key) ?? open(address);
  opened.set(key, known);
  return known as Promise<T>;
}

async function open(address: StoreAddress): Promise<MetadataStore | ObjectStore> {
  const module = (await import(/* @vite-ignore */ address.module)) as Record<
    string,
    (options: JsonObject) => MetadataStore | ObjectStore
  >;
  const make = module[address.export];
  if (make === undefined)
    throw new MillraceError("PIPELINE_STORE_ADDRESS_MISSING", {
      message: `The module ${address.module} has no export "${address.export}" that opens a store.`,
      next: "Correct the address of the store.",
      facts: { module: address.module, export: address.export },
    });
  const store = make(address.options);
  if ("open" in store) await store.open();
  return store;
}
