import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry, EntryKind } from '../../src/domain/entry.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Model } from '../../src/domain/model.ts'
import type { Case, ServerDefinition, Suite } from '../../src/domain/suite.ts'
import { type Run, type RunOptions, runPlan } from '../../src/evaluate/run.ts'
import { closeStages, setStages } from '../../src/evaluate/stage.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import type { Script } from '../../src/models/scripted.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { fixture } from '../tools/servers.ts'
import { testCase } from './transcripts.ts'

/** `bench` does what servers do; `broken` dies before it is one. */
export const servers = [fixture('workbench.mjs'), fixture('misbehaving.mjs', ['dies'], { name: 'broken' })]
/** Gone after all tests. */
export const folder = await mkdtemp(join(tmpdir(), 'shared-runs-'))

const tokenizer = await loadTokenizer()

interface Playing extends Partial<RunOptions> {
  readonly judges?: ReadonlyMap<string, Model>
  readonly suites: readonly Suite[]
  readonly models: readonly Model[]
  readonly exposures?: readonly string[]
  readonly servers?: readonly ServerDefinition[]
}

/** Plays all cases with a journal of its own, and reads that back; `fault` is what the run rejected with. */
export async function play(playing: Playing) {
  const home = openHome(await mkdtemp(join(folder, 'home-')))
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  const ended = await playInto(journal, playing).then(
    (run) => ({ run, fault: null }),
    (fault: unknown) => ({ run: noRun, fault }),
  )
  journal.close()
  const entries: Entry[] = []
  let lines = ''
  for await (const { entry, line } of readJournal(home).entries(journal.log, 0)) {
    entries.push(entry)
    lines += line
  }
  for await (const { body } of readJournal(home).bodies(journal.log, 0)) lines += body.text
  return { ...ended, home, entries, lines, ofKind: <K extends EntryKind>(kind: K) => dataOf(entries, kind) }
}

const noRun: Run = {
  ...{
    run: '',
    started: '',
    planned: 0,
    state: 'failed',
    trials: [],
    more: [],
    done: 0,
    infrastructureErrors: 0,
    budgetStops: 0,
    missing: 0,
    refusal: null,
    costUsd: null,
    durationMs: 0,
  },
}

async function playInto(journal: RunOptions['journal'], playing: Playing): Promise<Run> {
  const {
    suites,
    models,
    exposures = ['full'],
    servers: own = servers,
    judges = new Map(),
    ...more
  } = playing
  const signal = more.signal ?? new AbortController().signal
  const stages = await setStages({ suites, exposures, servers: own, signal, judges })
  const options = { stages, journal, identity: unknownIdentity, tokenizer, signal }
  const plan = { suites, models, exposures, trials: 1, seed: 1 }
  try {
    return await runPlan(plan, { ...options, version: '0', concurrency: 2, ...more })
  } finally {
    await closeStages(stages)
  }
}

function dataOf<K extends EntryKind>(entries: readonly Entry[], kind: K): Entry<K>['data'][] {
  return entries.flatMap((entry) => (isOf(entry, kind) ? [entry.data] : []))
}

function isOf<K extends EntryKind>(entry: Entry, kind: K): entry is Entry & Entry<K> {
  return entry.kind === kind
}

/** A model that makes one call, then answers. */
export const calling = (tool: string, args = '{}'): Script => [
  { calls: [{ tool, arguments: args }] },
  { text: 'Done.' },
]

export const caseOf = (id: string, expectation: Partial<Case['expect']>): Case => ({
  ...testCase(expectation),
  id,
})
