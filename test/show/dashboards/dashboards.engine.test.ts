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
import { frameType } from './plugin-types.ts'
import { recordRuns } from './recorded-run.ts'

interface Panel {
  readonly title: string
  readonly type: string
  readonly fieldConfig: { readonly defaults: Readonly<Record<string, unknown>> }
  readonly options: { readonly legend?: { readonly showLegend: boolean } }
  readonly targets?: readonly { readonly rawSql: string }[]
  readonly panels?: readonly Panel[]
}

type Row = Readonly<Record<string, unknown>>

const dashboards = dashboardFiles().map(({ text }) => JSON.parse(text))
const panelsOf = (panels: readonly Panel[]): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...panelsOf(panel.panels ?? [])]).filter(({ targets }) => targets)
const panels: readonly Panel[] = dashboards.flatMap((dashboard) => panelsOf(dashboard.panels))
const variables: readonly { name: string; query: { rawSql: string } }[] = dashboards.flatMap(
  ({ templating }) => templating.list.filter(({ type }: { type: string }) => type === 'query'),
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
  'Runs, the last one first': [
    'started',
    'run',
    'state',
    'planned',
    'done',
    'infrastructure errors',
    'duration',
  ],
  'Tool calls': ['tool', 'calls', 'not ok', 'p50 ms', 'p95 ms'],
}

let folder: string
let full: Home
let empty: Home

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'calltrail-dashboards-'))
  full = openHome(join(folder, 'full'))
  empty = openHome(join(folder, 'empty'))
  recordRuns(full)
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
      options[name] = (await select(query.rawSql)).map((row) => String(Object.values(row)[0]))
    const now = Math.floor(Date.now() / 1000)
    const everything = Object.fromEntries(variables.map(({ name }) => [name, '$__all'] as const))
    const expansion = {
      from: now - 3600,
      to: now + 60,
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
const everyPanel = panels.map(({ title }) => sqlOf(title))
/** Something for every panel to show: there is a failed case, an infrastructure error and a violation in it. */
const chosen = { suite: ['files'], model: ['baseline:lexical'], exposure: ['full', 'search'], run: ['run-1'] }

describe('the dashboards', () => {
  test('are committed as they are built', () => {
    for (const { name, text } of dashboardFiles())
      expect(readFileSync(join('dashboards', name), 'utf8')).toBe(text)
  })

  test('have panels with queries, and every data source is the one that the dashboard picks', () => {
    expect(panels.length).toBeGreaterThanOrEqual(9)
    for (const panel of panels) expect(panel).toMatchObject({ datasource: { uid: `\${datasource}` } })
  })

  test('lines have a legend with the names that the query gives them', () => {
    const drawn = panels.filter(({ type }) => type === 'timeseries')
    expect(drawn.length).toBeGreaterThan(3)
    for (const { options, fieldConfig } of drawn)
      expect([options.legend?.showLegend, fieldConfig.defaults.displayName]).toEqual([
        true,
        `\${__field.labels.line}`,
      ])
  })

  test('every variable has its values, and what the reader sees of them says which is a baseline', async () => {
    const answers = await ask(
      full,
      variables.map(({ query }) => query.rawSql),
    )
    expect(answers.map((rows) => rows.map((row) => Object.values(row)))).toEqual([
      [['files']],
      [
        ['baseline:lexical', 'baseline:lexical (baseline, not a language model)'],
        ['openai:small', 'openai:small'],
      ],
      [['full'], ['search']],
      [['run-2'], ['run-1']],
    ])
  })
})

describe.each([
  ['with everything chosen', {}],
  ['with values chosen', { variables: chosen }],
])('%s', (_, choice) => {
  test('every panel gets rows, with the columns that it needs, of types that the plugin knows', async () => {
    const answers = await ask(full, everyPanel, choice)
    const types = await ask(full, everyPanel.map(typesOf), choice)
    for (const [index, { title, type }] of panels.entries()) {
      const columns = Object.keys(answers[index]?.[0] ?? {})
      expect([title, columns]).toEqual([
        title,
        type === 'timeseries' ? ['time', 'line', 'value'] : columnsOf[title],
      ])
      const known = Object.values(types[index]?.[0] ?? {}).map((name) => frameType(String(name)))
      expect([title, known]).not.toEqual([title, expect.arrayContaining([null])])
      if (type === 'timeseries') expect([title, known]).toEqual([title, ['time', 'string', 'number']])
    }
  })
})

const typesOf = (sql: string) => `SELECT * APPLY(toTypeName) FROM (${sql}) LIMIT 1`

test.each([
  ['over an empty database', () => empty, {}],
  ['where no run has started in the time that is shown', () => full, { from: 0, to: 1000 }],
  ['where a run has the name of nothing', () => full, { variables: { ...chosen, run: ["no'thing"] } }],
])('%s every panel is empty, and none fails', async (_, home, choice) => {
  const titles = panels
    .map(({ title }) => title)
    .filter((title) => !('variables' in choice && /^Runs/.test(title)))
  const answers = await ask(home(), titles.map(sqlOf), choice)
  expect(answers.map((rows) => rows.length)).toEqual(titles.map(() => 0))
})

describe('the numbers are right', () => {
  const baseline = 'baseline:lexical (baseline, not a language model)'

  test('infrastructure errors are in no pass rate, tokens are saved against full, baselines are labelled', async () => {
    const [rows = []] = await ask(full, [sqlOf('Models × exposures')], { variables: { ...chosen } })
    const cells = [
      { exposure: 'full', 'pass rate': 0.5, F1: 0.5, 'definition tokens': 1000, 'violations per 100': 0 },
      { exposure: 'search', 'pass rate': 1, F1: 1, 'definition tokens': 100, 'violations per 100': 100 },
    ]
    expect(rows).toMatchObject([
      { model: baseline, ...cells[0], 'saving vs full': null, 'retrieval hit': null },
      { model: baseline, ...cells[1], 'saving vs full': 0.9, 'retrieval hit': 0.5 },
    ])
    expect(rows.map((row) => Number(row.trials))).toEqual([2, 2])
    expect(rows.map((row) => Number(row['infrastructure errors']))).toEqual([0, 1])
    // Wilson for 1 of 2, by hand: (0.5 + z²/4 ± z√(1/8 + z²/16)) / (1 + z²/2) with z = 1.96.
    expect(rows[0]?.low).toBeCloseTo(0.0945, 3)
    expect(rows[0]?.high).toBeCloseTo(0.9055, 3)
  })

  test('a saving is shown where full is not, and is unknown where no case was played with all tools shown', async () => {
    const [rows = []] = await ask(full, [sqlOf('Models × exposures')], {
      variables: { ...chosen, model: '$__all', run: '$__all', exposure: ['search'] },
    })
    expect(rows.map((row) => [row.model, row['saving vs full']])).toEqual([
      [baseline, 0.9],
      ['openai:small', null],
    ])
  })

  test('an interval stays within 0 and 1', async () => {
    const [rows = []] = await ask(full, [sqlOf('Models × exposures')])
    const ends = rows.flatMap(({ low, high }) => [Number(low), Number(high)])
    expect(ends).toHaveLength(8)
    expect(Math.min(...ends)).toBeGreaterThan(-1e-12)
    expect(Math.max(...ends)).toBeLessThan(1 + 1e-12)
  })

  test('a line over time has one point a run, when the run started', async () => {
    const [rows = [], runs = []] = await ask(full, [sqlOf('Pass rate'), sqlOf('Runs, the last one first')])
    const [second, first] = runs.map(({ started }) => started)
    expect(rows).toEqual([
      { time: first, line: `${baseline} × full`, value: 0.5 },
      { time: first, line: `${baseline} × search`, value: 1 },
      { time: second, line: 'openai:small × full', value: 1 },
      { time: second, line: 'openai:small × search', value: 0 },
    ])
  })

  test('a run that has not ended says so, and what it did is unknown', async () => {
    const [rows = []] = await ask(full, [sqlOf('Runs, the last one first')])
    expect(rows).toMatchObject([
      { run: 'run-2', state: 'unfinished', done: null, 'infrastructure errors': null, duration: null },
      { run: 'run-1', state: 'completed', done: 5, 'infrastructure errors': 1, duration: 50 },
    ])
  })

  test('the worst cases say why', async () => {
    const [rows = []] = await ask(full, [sqlOf('Worst cases, without baseline:random')], {
      variables: chosen,
    })
    expect(rows).toMatchObject([
      { case: 'files/notes', 'fails under': 'full', 'commonest reason': 'not selected: called nothing' },
    ])
  })

  test('tool calls and violations are those of the trials shown, and of no live call', async () => {
    const titles = ['Tool calls', 'Policies violated most']
    const [calls = [], denied = []] = await ask(full, titles.map(sqlOf), { variables: chosen })
    // Five trials of run-1; in each the exposure makes a call of its own, and one of the two calls is denied.
    expect(calls.map((row) => [row.tool, Number(row.calls), row['not ok'], row['p95 ms']])).toEqual([
      ['call_tool', 5, 0, 3.25],
      ['files/read_text_file', 5, 0, 3.25],
    ])
    expect(denied.map((row) => Number(row.decisions)).reduce((sum, count) => sum + count, 0)).toBe(5)
  })
})
