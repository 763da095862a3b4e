import type { Entry, EntryKind } from '../domain/entry.ts'
import type { Row } from '../domain/store.ts'
import { aliasRows, gateRow, linkRow, runRow, scoreRow, trialRow } from './rows.ts'

/** A table whose rows are made of single entries. */
export interface EntryTable {
  readonly name: 'chain_aliases' | 'links' | 'runs' | 'trials' | 'scores' | 'gates'
  /** What it holds of an entry, by the kinds that it holds something of. */
  readonly of: { readonly [K in EntryKind]?: (entry: Entry<K>) => readonly Row[] }
  /** What tells a row from all others, as the query `known_…` of the table answers it. */
  readonly id: (row: Row) => string
  /** A column that few other rows have the value of, by which the table finds its rows. */
  readonly scope: 'chain' | 'session' | 'run'
}

/** In the order in which they are filled. */
export const entryTables: readonly EntryTable[] = [
  {
    name: 'chain_aliases',
    of: { link: aliasRows },
    id: ({ chain, link }) => `${chain} ${link}`,
    scope: 'chain',
  },
  {
    name: 'links',
    of: { link: (entry) => [linkRow(entry)] },
    id: ({ id }) => `${id}`,
    scope: 'session',
  },
  {
    name: 'runs',
    of: { run_started: (entry) => [runRow(entry)], run_finished: (entry) => [runRow(entry)] },
    id: ({ run, event, part = '' }) => `${run} ${event} ${part}`,
    scope: 'run',
  },
  {
    name: 'trials',
    of: { trial: (entry) => [trialRow(entry)] },
    id: ({ trial }) => `${trial}`,
    scope: 'run',
  },
  {
    name: 'scores',
    of: { score: (entry) => [scoreRow(entry)] },
    id: ({ trial, grader }) => `${trial} ${grader}`,
    scope: 'run',
  },
  { name: 'gates', of: { gate: (entry) => [gateRow(entry)] }, id: ({ gate }) => `${gate}`, scope: 'run' },
]

const kinds = new Set(entryTables.flatMap(({ of }) => Object.keys(of)))

/** Whether one of the tables has a row of it: most entries are rows of none. */
export const hasOwnRow = ({ kind }: Entry): boolean => kinds.has(kind)

/** The rows that a table has of an entry. */
export function rowsIn<K extends EntryKind>({ of }: EntryTable, entry: Entry<K>): readonly Row[] {
  const make: ((entry: Entry<K>) => readonly Row[]) | undefined = of[entry.kind]
  return make?.(entry) ?? []
}
