import type { PricedChainRow } from '../store/priced-chains.ts'
import type { ChainRow, ChainTrialRow } from '../store/queries.ts'
import { costWords } from './chain-words.ts'
import { escapeText } from './escape.ts'
import { amount, dollarsAlike, duration, time, unknown } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { type Cell, type Column, table } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { caseWords } from './trial-words.ts'

export interface ChainsList {
  readonly rows: readonly PricedChainRow[]
  /** Whether there are no others that fit. */
  readonly isWhole: boolean
  readonly isFiltered: boolean
  /** By `trial`; those that are still being played are not among them. */
  readonly trials: ReadonlyMap<string, ChainTrialRow>
  /** Whether those of one run are wanted, or those of trials or clients alone. */
  readonly isOfRun?: boolean
  readonly isOfSource?: boolean
  /** Whether those are wanted that cost something. */
  readonly isPriced?: boolean
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

export function renderChains(list: ChainsList, terminal: Terminal): string {
  const { rows, isWhole, isFiltered, isPriced, command, home } = list
  if (rows.length === 0) {
    if (isPriced)
      return `No chain in ${home} fits; a call whose price nobody knows counts for nothing: prices: in calltrail.yaml may name it.\n`
    if (isFiltered) return `No chain in ${home} fits; ${command} chains lists all.\n`
    return `No chain is recorded in ${home} yet. Record a server: ${command} record -- COMMAND\n`
  }
  const columns = list.isOfRun ? trialColumns(list) : columnsOf(rows)
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)))
  const { heading, rows: lines } = table(columns, cells, terminal.columns)
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  const notes = [...policyNote(list), ...trialNote(list)]
  const after = [...notes.map((each) => paint(each, 'quiet', terminal)), ...(isWhole ? [] : [more])]
  return `${[...heading, ...lines, ...after].join('\n')}\n`
}

/** The trial that a chain was recorded in, where it has ended. */
export function trialOf({ trial }: ChainRow, trials: ChainsList['trials']): ChainTrialRow | null {
  return (trial && trials.get(trial)) || null
}

function policyNote({ rows }: ChainsList): readonly string[] {
  if (rows.every(({ denied }) => denied === 0)) return []
  return ['deny: by policy; where that is only observed, the call was made']
}

/** Where nobody asked whose they are. */
function trialNote({ rows, isOfRun, isOfSource }: ChainsList): readonly string[] {
  const ofTrials = rows.filter(({ run }) => run).length
  if (isOfRun || isOfSource || ofTrials === 0) return []
  const are = ofTrials === 1 ? 'is a trial' : 'are trials'
  return [`${ofTrials} of these ${are}: --source recorded leaves them out`]
}

type ChainColumn = Column & { readonly cell: (row: PricedChainRow) => Cell }

/** Of one run: what was played says more than when, or with what words. */
function trialColumns({ rows, trials }: ChainsList): readonly ChainColumn[] {
  const shorten = shortIds(rows.map(({ chain }) => chain))
  const told = (head: 'model' | 'exposure' | 'outcome') => ({
    head,
    cell: (row: PricedChainRow) => escapeText(trialOf(row, trials)?.[head] ?? unknown),
  })
  return [
    { head: 'chain', cell: ({ chain }) => shorten(chain) },
    { head: 'took', align: 'right', cell: ({ duration_ms }) => duration(duration_ms) },
    ...countedColumns(rows, ['denied']),
    ...(['model', 'exposure', 'outcome'] as const).map(told),
    { head: 'case', isFlexible: true, cell: (row) => caseOf(row, trials) },
  ]
}

function caseOf(row: PricedChainRow, trials: ChainsList['trials']): Cell {
  const trial = trialOf(row, trials)
  return trial ? { text: escapeText(caseWords(trial)), keepsEnd: true } : wordsOf(row)
}

/** Where no chain has an error, a denial, or a known cost, there is no column of it: the words need the room. */
function columnsOf(rows: readonly PricedChainRow[]): readonly ChainColumn[] {
  const shorten = shortIds(rows.map(({ chain }) => chain))
  const usd = dollarsAlike(rows.map(({ cost_usd }) => cost_usd))
  return [
    { head: 'chain', cell: ({ chain }) => shorten(chain) },
    { head: 'started (UTC)', cell: ({ started }) => time(started) },
    { head: 'took', align: 'right', cell: ({ duration_ms }) => duration(duration_ms) },
    { head: 'calls', align: 'right', cell: ({ tool_calls }) => amount(tool_calls) },
    ...countedColumns(rows, ['errors', 'denied']),
    ...(rows.some(({ cost_usd }) => cost_usd)
      ? [{ head: 'cost', align: 'right' as const, cell: (row: PricedChainRow) => costWords(row, usd) }]
      : []),
    { head: 'prompt, or what was called', isFlexible: true, cell: wordsOf },
  ]
}

function countedColumns(
  rows: readonly PricedChainRow[],
  names: readonly ('errors' | 'denied')[],
): readonly ChainColumn[] {
  const counted = names.filter((name) => rows.some((row) => row[name] > 0))
  return counted.map((head) => ({
    ...{ head: head === 'denied' ? 'deny' : head, align: 'right' as const },
    cell: ({ [head]: number }: ChainRow) => (number === 0 ? unknown : amount(number)),
  }))
}

/** Which tool was called is never cut; calls of one often differ at the end of their arguments only. */
function wordsOf({ prompt, tools, arguments: written }: ChainRow): Cell {
  if (prompt !== null) return escapeText(prompt)
  const called = tools.join(', ')
  return written === null
    ? escapeText(called)
    : { head: escapeText(called), text: escapeText(written), keepsEnd: true }
}
