import type { MetadataStore } from "#kernel";

/** An open handle on the database of the folder, or on a new one; it closes when the running test ends. */
export type OpenStore = (folder?: string) => Promise<MetadataStore>;
