import type { Entry, EntryData } from '../domain/entry.ts'
import type { Score } from '../domain/grader.ts'
import type { JournalReader } from '../domain/journal.ts'
import { groupBy } from './group-by.ts'
import type { TrialEntry } from './trial-entry.ts'

type RunStarted = EntryData['run_started']

/** A run as the logs of a home have it: one for each process that played a part of it. */
export interface RecordedRun {
  readonly run: string
  readonly logs: readonly string[]
  /** As its first part began. */
  readonly started: RunStarted
  /** As the newest part that was compared with others. */
  readonly compared: RunStarted['compared'] | null
  /** As the newest part whose command line said one. */
  readonly budget: RunStarted['budget'] | null
  /** In the order of `logs`. */
  readonly shards: readonly RunStarted['shard'][]
}

/** A trial with all that was recorded of it. */
export interface RecordedTrial {
  readonly session: string
  readonly entries: readonly Entry[]
  readonly trial: TrialEntry
  readonly scores: readonly Score[]
}

/** Runs whose id begins in one of these ways, in any log of the home; oldest first. */
export async function findRuns(
  journal: JournalReader,
  prefixes: readonly string[],
): Promise<readonly RecordedRun[]> {
  const isMeant = (run: string) => prefixes.some((prefix) => run.startsWith(prefix))
  const found: { readonly log: string; readonly at: string; readonly started: RunStarted }[] = []
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, 0))
      if (entry.kind === 'run_started' && isMeant(entry.data.run))
        found.push({ log, at: entry.at, started: entry.data })
  found.sort((a, b) => (a.at < b.at ? -1 : 1))
  return [...groupBy(found, ({ started }) => started.run)].flatMap(([run, parts]) =>
    parts.slice(0, 1).map(({ started }) => ({
      run,
      logs: parts.map(({ log }) => log),
      started,
      compared: parts.findLast(({ started }) => started.compared)?.started.compared ?? null,
      budget: parts.findLast(({ started }) => started.budget)?.started.budget ?? null,
      shards: parts.map(({ started }) => started.shard),
    })),
  )
}

/** The trials of a run, each when its session closes: no more than those under way are held. */
export async function* recordedTrials(
  journal: JournalReader,
  { logs, run }: RecordedRun,
): AsyncIterable<RecordedTrial> {
  for (const log of logs) yield* trialsInLog(journal, log, run)
}

async function* trialsInLog(journal: JournalReader, log: string, run: string): AsyncIterable<RecordedTrial> {
  const open = new Map<string, Entry[]>()
  for await (const { entry } of journal.entries(log, 0)) {
    const { session, kind } = entry
    if (session === null) continue
    const entries = open.get(session) ?? []
    open.set(session, entries)
    entries.push(entry)
    if (kind !== 'session_closed') continue
    open.delete(session)
    yield* trialIn(session, entries, run)
  }
  for (const [session, entries] of open) yield* trialIn(session, entries, run)
}

function* trialIn(session: string, all: readonly Entry[], run: string): Iterable<RecordedTrial> {
  const trial = all.flatMap(({ kind, data }) => (kind === 'trial' && data.run === run ? [data] : []))[0]
  if (!trial) return
  const scores = all.flatMap(({ kind, data }) => (kind === 'score' && data.run === run ? [data] : []))
  const entries = all.filter(({ kind }) => kind !== 'trial' && kind !== 'score')
  yield { session, entries, trial, scores: scores.map(scoreOf) }
}

export function scoreOf({ run: _, trial: __, ...score }: EntryData['score']): Score {
  return score
}

/** Every body of these logs, by digest. */
export async function bodiesOf(
  journal: JournalReader,
  logs: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for (const log of logs)
    for await (const { body } of journal.bodies(log, 0)) texts.set(body.digest, body.text)
  return texts
}
