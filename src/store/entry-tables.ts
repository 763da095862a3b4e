import type { Entry } from '../domain/entry.ts'
import type { Row } from '../domain/store.ts'
import { aliasRows, gateRow, linkRow, runRow, scoreRow, trialRow } from './rows.ts'

/** A table whose rows are made of single entries. */
export interface EntryTable {
  readonly name: 'chain_aliases' | 'links' | 'runs' | 'trials' | 'scores' | 'gates'
  readonly rowsOf: (entry: Entry) => readonly Row[]
  /** What tells a row from all others, as the query `known_…` of the table answers it. */
  readonly id: (row: Row) => string
  /** A column that few other rows have the value of, by which the table finds its rows. */
  readonly scope: 'chain' | 'session' | 'run'
}

const kinds: ReadonlySet<string> = new Set(['link', 'run_started', 'run_finished', 'trial', 'score'])

/** Whether one of the tables has a row of it: most entries are rows of none. */
export const hasOwnRow = ({ kind }: Entry): boolean => kinds.has(kind)

/** In the order in which they are filled. */
export const entryTables: readonly EntryTable[] = [
  {
    name: 'chain_aliases',
    rowsOf: (entry) => (entry.kind === 'link' ? aliasRows(entry) : []),
    id: ({ chain, link }) => `${chain} ${link}`,
    scope: 'chain',
  },
  {
    name: 'links',
    rowsOf: (entry) => (entry.kind === 'link' ? [linkRow(entry)] : []),
    id: ({ id }) => `${id}`,
    scope: 'session',
  },
  {
    name: 'runs',
    rowsOf: (entry) => (entry.kind === 'run_started' || entry.kind === 'run_finished' ? [runRow(entry)] : []),
    id: ({ run, event, part = '' }) => `${run} ${event} ${part}`,
    scope: 'run',
  },
  {
    name: 'trials',
    rowsOf: (entry) => (entry.kind === 'trial' ? [trialRow(entry)] : []),
    id: ({ trial }) => `${trial}`,
    scope: 'run',
  },
  {
    name: 'scores',
    rowsOf: (entry) => (entry.kind === 'score' ? [scoreRow(entry)] : []),
    id: ({ trial, grader }) => `${trial} ${grader}`,
    scope: 'run',
  },
  {
    name: 'gates',
    rowsOf: (entry) => (entry.kind === 'gate' ? [gateRow(entry)] : []),
    id: ({ gate }) => `${gate}`,
    scope: 'run',
  },
]
