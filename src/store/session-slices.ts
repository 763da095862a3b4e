import type { SettledSpan } from '../chain/observations.ts'
import { type Projection, project } from '../chain/project.ts'
import type { Entry } from '../domain/entry.ts'
import type { StoreReader } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import { maxBatchBytes } from './journal-batches.ts'
import type { EntryLineRow, QueryName } from './queries.ts'
import { selectIn } from './select-in.ts'
import { settledSpans } from './settled-spans.ts'
import { storedJson } from './stored-json.ts'

/** Entries that stay in memory between batches, of all sessions together. */
const maxKept = 5_000

/** A slice of a session, and what it adds up to with all that was told before. */
export interface SessionSlice {
  /** Those that were open, and the new ones. */
  readonly entries: readonly Entry[]
  readonly projection: Projection
}

/**
 * Tells sessions slice by slice. Of what was told stays in memory what is under way: a session's first entry, and calls that were
 * not answered. Whatever else a slice refers to is read from the database, and so is a session that was not told of for long.
 */
export class SessionSlices {
  readonly #store: StoreReader<QueryName>
  readonly #sliceEntries: number
  /** The entries that are open, by session; the last one that was told is the last. */
  readonly #open = new Map<string, readonly Entry[]>()
  #kept = 0

  /** Of entries that are in the database so many are told at once. */
  constructor(store: StoreReader<QueryName>, sliceEntries = 10_000) {
    this.#store = store
    this.#sliceEntries = sliceEntries
  }

  /** What these entries add up to, by session; none of them is in the database. */
  async tell(entries: Iterable<Entry>): Promise<ReadonlyMap<string, SessionSlice>> {
    const own = bySession(entries)
    const earlier = await this.#takeOpen(own)
    const slices = await this.#project(own, earlier)
    for (const [session, { projection }] of slices) this.#keep(session, projection.open)
    return slices
  }

  async #takeOpen(own: ReadonlyMap<string, readonly Entry[]>): Promise<Map<string, readonly Entry[]>> {
    const taken = new Map<string, readonly Entry[]>()
    const unknown: string[] = []
    for (const [session, [first]] of own) {
      const open = this.#open.get(session)
      if (open) taken.set(session, open)
      // Of one that begins here the database has no entry.
      else if (first?.kind !== 'session_opened') unknown.push(session)
      this.#drop(session)
    }
    for (const [session, open] of await this.#readOpen(unknown)) taken.set(session, open)
    return taken
  }

  /** By telling again, slice by slice, what the database has. */
  async #readOpen(sessions: readonly string[]): Promise<ReadonlyMap<string, readonly Entry[]>> {
    const open = new Map<string, readonly Entry[]>()
    let slice: Entry[] = []
    let length = 0
    const tellAgain = async () => {
      const told = await this.#project(bySession(slice), open)
      for (const [session, { projection }] of told) open.set(session, projection.open)
      slice = []
      length = 0
    }
    for await (const { line } of selectIn<EntryLineRow>(this.#store, 'session_lines', sessions)) {
      slice.push(storedJson(line))
      length += line.length
      if (slice.length >= this.#sliceEntries || length >= maxBatchBytes) await tellAgain()
    }
    await tellAgain()
    return open
  }

  async #project(
    own: ReadonlyMap<string, readonly Entry[]>,
    open: ReadonlyMap<string, readonly Entry[]>,
  ): Promise<ReadonlyMap<string, SessionSlice>> {
    const slices = new Map(
      Array.from(own, ([session, entries]) => [session, [...(open.get(session) ?? []), ...entries]]),
    )
    const continued = new Map([...slices].filter(([session]) => open.has(session)))
    const settled = await settledSpans(this.#store, continued)
    return new Map(
      Array.from(slices, ([session, entries]) => [
        session,
        { entries, projection: projected(session, entries, settled.get(session)) },
      ]),
    )
  }

  /** Of one that is closed nothing more is expected. */
  #keep(session: string, open: readonly Entry[]): void {
    if (open.some(({ kind }) => kind === 'session_closed')) return
    this.#open.set(session, open)
    this.#kept += open.length
    for (const oldest of this.#open.keys()) {
      if (this.#kept <= maxKept) return
      this.#drop(oldest)
    }
  }

  #drop(session: string): void {
    this.#kept -= this.#open.get(session)?.length ?? 0
    this.#open.delete(session)
  }
}

function bySession(entries: Iterable<Entry>): ReadonlyMap<string, readonly Entry[]> {
  const sessions = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (entry.session === null || entry.kind === 'link') continue
    const own = sessions.get(entry.session)
    if (own) own.push(entry)
    else sessions.set(entry.session, [entry])
  }
  return sessions
}

/** What recorders write always adds up; what somebody has edited may be JSON all the same. */
function projected(session: string, entries: readonly Entry[], settled?: readonly SettledSpan[]): Projection {
  try {
    return project(entries, settled)
  } catch (error) {
    const what = `entries of session ${session} are not what a recorder writes: calltrail audit verify says which`
    throw new InfrastructureError('journal', what, { cause: error })
  }
}
