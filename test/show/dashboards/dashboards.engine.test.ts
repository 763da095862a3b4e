import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EntryData } from '../../../src/domain/entry.ts'
import { type Home, homeAt, openHome } from '../../../src/journal/home.ts'
import { dashboardFiles } from '../../../src/show/dashboards/dashboards.ts'
import { openChdb } from '../../../src/store/chdb-store.ts'
import { openStore } from '../../../src/store/stores.ts'
import { all, ingestHome, openLog, recordTrial } from '../../store/recorded-home.ts'
import { type Expansion, expand } from './plugin-macros.ts'

interface Panel {
  readonly title: string
  readonly type: string
  readonly targets?: readonly { readonly rawSql: string }[]
  readonly panels?: readonly Panel[]
}

type Row = Readonly<Record<string, unknown>>

const dashboards = dashboardFiles().map(({ text }) => JSON.parse(text))
const panelsOf = (panels: readonly Panel[]): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]).filter(({ targets }) => targets)
const panels: readonly Panel[] = dashboards.flatMap((dashboard) => panelsOf(dashboard.panels))
const variables: readonly { name: string; query: string }[] = dashboards.flatMap(({ templating }) =>
  templating.list.filter(({ type }: { type: string }) => type === 'query'),
)

/** What each kind of panel must be given. */
const columnsOf: Readonly<Record<string, readonly string[]>> = {
  'Models × exposures': [
    'model',
    'exposure',
    'trials',
    'pass rate',
    'low',
    'high',
    'F1',
    'arguments',
    'definition tokens',
    'saving vs full',
    'all tokens',
    'violations per 100',
    'retrieval hit',
    'infrastructure errors',
  ],
  'Worst cases, without baseline:random': ['case', 'passed', 'judged', 'fails under', 'commonest reason'],
  'Policies violated most': ['policy', 'effect', 'mode', 'resource', 'decisions', 'chains'],
  Runs: ['started', 'run', 'state', 'planned', 'done', 'infrastructure_errors', 'duration_ms'],
  'Tool calls': ['tool', 'calls', 'not ok', 'p50 ms', 'p95 ms'],
}

let folder: string
let full: Home
let empty: Home

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'calltrail-dashboards-'))
  full = openHome(join(folder, 'full'))
  empty = openHome(join(folder, 'empty'))
  record(full)
  for (const home of [full, empty]) {
    const store = await openStore({ home: home.path })
    await ingestHome(home.path, store)
    await store.close()
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const outcomes = { passed: 'passed', failed: 'failed', infrastructure: 'infrastructure' } as const

/** Two cases: `full` passes one of two, `search` two of two at a tenth of the tokens, and once the provider was down. */
function record(home: Home): void {
  const journal = openLog(home)
  journal.append('run_started', null, {
    run: 'run-1',
    suites: [{ name: 'files', hash: 'h', cases: 2 }],
    models: [{ name: 'baseline:lexical', kind: 'baseline' }],
    exposures: ['full', 'search'],
    ...{ trials: 1, seed: 1, planned: 5, version: '0' },
  })
  const trial = (
    id: string,
    exposure: string,
    outcome: keyof typeof outcomes,
    more: Partial<EntryData['trial']> = {},
  ) => {
    const { session, close } = recordTrial(journal, `${id}-${exposure}`)
    close()
    const isSearch = exposure === 'search'
    const fields = { run: 'run-1', trial: session, suite: 'files', case: id, caseHash: 'c', tags: [] }
    const measured = {
      modelTurns: 2,
      toolCalls: 1,
      definitionTokens: isSearch ? 100 : 1000,
      totalTokens: isSearch ? 300 : 2100,
    }
    const rest = {
      violations: isSearch ? 1 : 0,
      retrievalHit: isSearch ? 0.5 : null,
      durationMs: 10,
      stopped: 'answered',
    }
    const message =
      outcome === 'passed'
        ? null
        : outcome === 'failed'
          ? 'not selected: called nothing'
          : 'the provider is down'
    journal.append('trial', session, {
      ...fields,
      ...{
        model: 'baseline:lexical',
        modelKind: 'baseline',
        exposure,
        repetition: 1,
        outcome: outcomes[outcome],
        message,
      },
      ...measured,
      ...rest,
      ...more,
    })
    const score = { run: 'run-1', trial: session, grader: 'selection', passed: true, reason: '', details: {} }
    if (outcome !== 'infrastructure')
      journal.append('score', session, { ...score, value: outcome === 'passed' ? 1 : 0 })
  }
  trial('port', 'full', 'passed')
  trial('notes', 'full', 'failed')
  trial('port', 'search', 'passed')
  trial('notes', 'search', 'passed')
  trial('down', 'search', 'infrastructure', {
    definitionTokens: null,
    totalTokens: null,
    modelTurns: 0,
    violations: 0,
  })
  journal.append('run_finished', null, {
    run: 'run-1',
    state: 'completed',
    done: 5,
    infrastructureErrors: 1,
    durationMs: 50,
  })
  journal.close()
}

/** Runs queries as the plugin would send them, on the embedded engine. */
async function ask(
  home: Home,
  queries: readonly string[],
  chosen: Partial<Expansion> = {},
): Promise<readonly Row[][]> {
  const engine = await openChdb(homeAt(home.path).database)
  try {
    const select = (sql: string) => all(engine.select<Row>(sql, {}))
    const options: Record<string, string[]> = {}
    for (const { name, query } of variables)
      options[name] = (await select(query)).map((row) => String(Object.values(row)[0]))
    const now = Math.floor(Date.now() / 1000)
    const everything = Object.fromEntries(variables.map(({ name }) => [name, '$__all'] as const))
    const expansion = {
      from: now - 3600,
      to: now + 60,
      intervalSeconds: 3600,
      variables: everything,
      options,
      ...chosen,
    }
    const answers: Row[][] = []
    for (const query of queries) answers.push(await select(expand(query, expansion)))
    return answers
  } finally {
    await engine.close()
  }
}

const sqlOf = (title: string) => panels.find((panel) => panel.title === title)?.targets?.[0]?.rawSql ?? ''
const chosenModel = { suite: ['files'], model: ['baseline:lexical'], exposure: ['search'], run: ['run-1'] }

describe('the dashboards', () => {
  test('are committed as they are built', () => {
    for (const { name, text } of dashboardFiles())
      expect(readFileSync(join('dashboards', name), 'utf8')).toBe(text)
  })

  test('have panels with queries, and every data source is the one that the dashboard picks', () => {
    expect(panels.length).toBeGreaterThanOrEqual(9)
    for (const panel of panels) expect(panel).toMatchObject({ datasource: { uid: `\${datasource}` } })
  })

  test('every variable has its values', async () => {
    const answers = await ask(
      full,
      variables.map(({ query }) => query),
    )
    expect(answers.map((rows) => rows.map((row) => Object.values(row)[0]))).toEqual([
      ['files'],
      ['baseline:lexical'],
      ['full', 'search'],
      ['run-1'],
    ])
  })
})

describe.each([
  ['with everything chosen', {}],
  ['with values chosen', { variables: chosenModel }],
])('%s', (_, chosen) => {
  test('every panel gets the columns that it needs, and rows', async () => {
    const answers = await ask(
      full,
      panels.map(({ title }) => sqlOf(title)),
      chosen,
    )
    for (const [index, { title, type }] of panels.entries()) {
      const [row] = answers[index] ?? []
      const columns = Object.keys(row ?? {})
      if (title === 'Worst cases, without baseline:random' && 'variables' in chosen) continue
      if (type === 'timeseries') expect([title, columns.length, columns[0]]).toEqual([title, 3, 'time'])
      else expect([title, columns]).toEqual([title, columnsOf[title]])
    }
  })
})

test('over an empty database every panel is empty, and none fails', async () => {
  const answers = await ask(
    empty,
    panels.map(({ title }) => sqlOf(title)),
  )
  expect(answers.map((rows) => rows.length)).toEqual(panels.map(() => 0))
})

describe('the numbers are right', () => {
  test('infrastructure errors are in no pass rate, tokens are saved against full, baselines are labelled', async () => {
    const [rows = []] = await ask(full, [sqlOf('Models × exposures')])
    const label = 'baseline:lexical (baseline, not a language model)'
    expect(rows).toMatchObject([
      {
        model: label,
        exposure: 'full',
        'pass rate': 0.5,
        F1: 0.5,
        'definition tokens': 1000,
        'saving vs full': null,
        'retrieval hit': null,
        'violations per 100': 0,
      },
      {
        model: label,
        exposure: 'search',
        'pass rate': 1,
        F1: 1,
        'definition tokens': 100,
        'saving vs full': 0.9,
        'retrieval hit': 0.5,
        'violations per 100': 100,
      },
    ])
    expect(rows.map((row) => Number(row.trials))).toEqual([2, 2])
    expect(rows.map((row) => Number(row['infrastructure errors']))).toEqual([0, 1])
    // Wilson for 1 of 2, by hand: (0.5 + z²/4 ± z√(1/8 + z²/16)) / (1 + z²/2) with z = 1.96.
    expect(rows[0]?.low).toBeCloseTo(0.0945, 3)
    expect(rows[0]?.high).toBeCloseTo(0.9055, 3)
  })

  test('a line over time is that of the trials', async () => {
    const [rows = []] = await ask(full, [sqlOf('Pass rate')])
    expect(rows.map(({ value }) => value).sort()).toEqual([0.5, 1])
  })

  test('the worst cases say why', async () => {
    const [rows = []] = await ask(full, [sqlOf('Worst cases, without baseline:random')])
    expect(rows).toMatchObject([
      { case: 'files/notes', 'fails under': 'full', 'commonest reason': 'not selected: called nothing' },
    ])
  })
})

describe('the macros of the plugin', () => {
  const expansion: Expansion = {
    from: 10,
    to: 20,
    intervalSeconds: 0,
    variables: { model: '$__all', suite: ["a'b", 'c'] },
    options: { model: ['m'] },
  }

  test.for([
    ['$__timeFilter(at)', 'at >= toDateTime(10) AND at <= toDateTime(20)'],
    ['$__timeInterval(at)', 'toStartOfInterval(toDateTime(at), INTERVAL 1 second)'],
    [`$__conditionalAll(model IN (\${model:singlequote}), $model)`, '1=1'],
    [`$__conditionalAll(suite IN (\${suite:singlequote}), $suite)`, "suite IN ('a\\'b','c')"],
    [`\${model:singlequote}`, "'m'"],
  ] as const)('%s', ([sql, expanded]) => {
    expect(expand(sql, expansion)).toBe(expanded)
  })

  test('what nothing expands is a mistake', () => {
    expect(() => expand('$__unknown(x)', expansion)).toThrow('$__unknown')
  })
})
