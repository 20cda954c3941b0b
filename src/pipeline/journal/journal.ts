import type { JsonObject } from "@millrace/program";
import {
  type Clock,
  crashPoint,
  isMillraceError,
  type MetadataStore,
  type MetadataWrite,
  MillraceError,
} from "#kernel";
import type { JournalData, JournalEvent, JournalType } from "../model.ts";

export interface Journal {
  /** All entries so far, with those of `note` that are still to become durable. */
  readonly events: readonly JournalEvent[];
  /**
   * Appends an entry, and writes `also` in the same batch. Resolves once it is durable; `false` when `ifUnchanged` was asked
   * and somebody else had appended in between.
   */
  append<K extends JournalType>(
    type: K,
    data: JournalData[K],
    more?: { readonly key?: string; readonly also?: readonly MetadataWrite[]; readonly ifUnchanged?: boolean },
  ): Promise<boolean>;
  /**
   * Appends an entry that may be lost without harm, because a resumed run would find the same again: it counts at once and
   * becomes durable with the next append, or a moment later.
   */
  note<K extends JournalType>(
    type: K,
    data: JournalData[K],
    more?: { readonly key?: string; readonly also?: readonly MetadataWrite[] },
  ): void;
  /** Resolves when all is durable; rejects with the first fault of a `note`. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly type: JournalType;
  readonly data: JsonObject;
  readonly key: string | undefined;
  readonly also: readonly MetadataWrite[];
  readonly ifUnchanged: boolean;
  /** The place in `events` that a note took already. */
  readonly place: number | undefined;
  readonly resolve: (appended: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** How long a note waits for company. */
const noteMs = 20;

export const journalStream = (runId: string): string => `run/${runId}`;

/** Reads a run's journal. */
export async function readJournal(metadata: MetadataStore, runId: string): Promise<readonly JournalEvent[]> {
  return (await metadata.read({ find: "entries", stream: journalStream(runId) })) as unknown as readonly JournalEvent[];
}

/**
 * A run's journal for the one that drives it. Appends that wait together share a batch.
 *
 * Every batch names the last sequence that the driver saw, so that a driver which lost its run writes nothing more.
 * Errors: PIPELINE_RUN_BUSY: when another drive has taken the run over.
 */
export function openJournal(
  metadata: MetadataStore,
  runId: string,
  clock: Clock,
  past: readonly JournalEvent[],
  session: string,
  onAppend: (event: JournalEvent) => void,
): Journal {
  const stream = journalStream(runId);
  const events: JournalEvent[] = [...past];
  const waiting: Waiting[] = [];
  let lastSequence = past.at(-1)?.sequence ?? 0;
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let fault: { readonly error: unknown } | undefined;

  const take = (event: JournalEvent, place: number = events.length): void => {
    events[place] = event;
    lastSequence = event.sequence;
    onAppend(event);
  };

  const refresh = async (): Promise<void> => {
    const query = { find: "entries", stream, afterSequence: lastSequence } as const;
    const fresh = (await metadata.read(query)) as unknown as readonly JournalEvent[];
    for (const event of fresh) take(event);
    const taken = fresh.some((event) => event.type === "run-resumed" && event.data.holder.session !== session);
    if (taken) throw runBusy(runId, "another process took it over");
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    const expectedSequence = lastSequence;
    const atMs = clock.nowMs();
    const entries = group.map(({ type, data, key }): MetadataWrite => {
      const entry = { put: "entry", stream, type, data, expectedSequence, atMs } as const;
      return key === undefined ? entry : { ...entry, key };
    });
    const last = group.at(-1)?.type;
    crashPoint(`before:${last}`);
    await metadata.write([...withoutReplaced(group.flatMap(({ also }) => also)), ...entries]);
    crashPoint(`after:${last}`);
    group.forEach(({ type, data, key, place, resolve }, index) => {
      const sequence = expectedSequence + index + 1;
      take({ stream, sequence, type, data, key: key ?? null, atMs } as unknown as JournalEvent, place);
      resolve(true);
    });
  };

  /** Writes a group, again when somebody else appended first; what must find the journal unchanged is then left out. */
  const writeAll = async (whole: readonly Waiting[]): Promise<void> => {
    let group = whole;
    while (group.length > 0) {
      try {
        return await writeGroup(group);
      } catch (error) {
        if (!isMillraceError(error) || error.code !== "ADAPTERS_METADATA_CONFLICT") throw error;
        await refresh();
        for (const entry of group) if (entry.ifUnchanged) entry.resolve(false);
        group = group.filter((entry) => !entry.ifUnchanged);
      }
    }
  };

  const work = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      try {
        if (fault !== undefined) throw fault.error;
        await writeAll(group);
      } catch (error) {
        // After a batch that could not be written nothing more is: the journal has no holes.
        fault ??= { error };
        for (const { reject } of group) reject(error);
      }
    }
    working = undefined;
  };
  const start = (): void => {
    working ??= work();
  };

  return {
    events,
    append(type, data, { key, also = [], ifUnchanged = false } = {}) {
      return new Promise((resolve, reject) => {
        const entry = data as unknown as JsonObject;
        waiting.push({ type, data: entry, key, also, ifUnchanged, place: undefined, resolve, reject });
        start();
      });
    },
    note(type, data, { key, also = [] } = {}) {
      const entry = data as unknown as JsonObject;
      const nothing = (): void => undefined;
      const place = events.length;
      events.push({
        stream,
        sequence: 0,
        type,
        data: entry,
        key: key ?? null,
        atMs: clock.nowMs(),
      } as unknown as JournalEvent);
      waiting.push({ type, data: entry, key, also, ifUnchanged: false, place, resolve: nothing, reject: nothing });
      if (working === undefined) timer ??= setTimeout(start, noteMs);
    },
    async settled() {
      if (waiting.length > 0) start();
      await working;
      if (fault !== undefined) throw fault.error;
    },
  };
}

/** Of several writes of one record only the last counts. */
function withoutReplaced(writes: readonly MetadataWrite[]): readonly MetadataWrite[] {
  const last = new Map<string, MetadataWrite>();
  writes.forEach((write, index) => {
    const name =
      write.put === "execution" || write.put === "artifact" || write.put === "context"
        ? `${write.put} ${write.value.id}`
        : write.put === "membership"
          ? `membership ${write.contextId} ${write.memberId}`
          : `write ${index}`;
    last.set(name, write);
  });
  return [...last.values()];
}

export function runBusy(runId: string, why: string): MillraceError {
  return new MillraceError("PIPELINE_RUN_BUSY", {
    message: `The run ${runId} cannot be driven from here: ${why}.`,
    next: "Wait for the other process, or stop it and resume.",
    facts: { run: runId },
  });
}
