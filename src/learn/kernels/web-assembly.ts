/** The part of the WebAssembly interface that is used here; TypeScript declares it only together with the browser's. */
interface WebAssemblyHost {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  compile(bytes: Uint8Array): Promise<WasmModule>;
}

/** Shared memory: worker threads see the same bytes. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module; it can be posted to a worker thread. */
export interface WasmModule {
  readonly compiled?: never;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyHost }).WebAssembly;

/** Memory of at least so many bytes, all zero. It never grows. */
export function newMemory(bytes: number): WasmMemory {
  const pages = Math.max(1, Math.ceil(bytes / 65536));
  return new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}
