import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Home, homeAt, openHome } from '../../../src/journal/home.ts'
import { dashboardFiles } from '../../../src/show/dashboards/dashboards.ts'
import { openChdb } from '../../../src/store/chdb-store.ts'
import { openStore } from '../../../src/store/stores.ts'
import { all, ingestHome } from '../../store/recorded-home.ts'
import { type Expansion, expand } from './plugin-macros.ts'
import { recordRun } from './recorded-run.ts'

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
  recordRun(full)
  for (const home of [full, empty]) {
    const store = await openStore({ home: home.path })
    await ingestHome(home.path, store)
    await store.close()
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

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
