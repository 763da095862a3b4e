import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drainPending } from 'chdb'
import { openHome } from '../src/journal/home.ts'
import { seededRandom } from '../src/models/baselines/seeded-random.ts'
import { openStore } from '../src/store/stores.ts'

// How long `calltrail compare` takes over 100,000 stored results, as its user waits for it: two runs of 50,000 trials, one of
// each case, four cells. Needs the built program.

const results = 100_000
const limitMs = 2000
const cells = ['full', 'search', 'slim', 'curated']
const folder = await mkdtemp(join(tmpdir(), 'calltrail-bench-'))
const home = openHome(join(folder, 'home'))
const runs = ['0192f3aa-0000-7000-8000-0000000000aa', '0192f3aa-0000-7000-8000-0000000000bb']

const random = seededRandom(1)
const at = '2026-11-20 02:14:07.123456'
const trials = runs.flatMap((run) =>
  Array.from({ length: results / 2 }, (_, index) => ({
    ...{ run, trial: `${run}-${index}`, session: `${run}-${index}`, at, suite: 'files', tags: [] },
    ...{ case: `case-${Math.floor(index / cells.length)}`, case_hash: 'a'.repeat(64), model: 'openai:gpt-x' },
    ...{ model_kind: 'language model', exposure: cells[index % cells.length], repetition: 1 },
    ...{ outcome: random.chance(0.7) ? 'passed' : 'failed', message: null, model_turns: 2, tool_calls: 1 },
    ...{ definition_tokens: 4000, total_tokens: 9000, total_tokens_estimated: true, violations: 0 },
    ...{ retrieval_hit: null, duration_ms: 1, stopped: 'answered' },
  })),
)
const scores = trials.flatMap(({ run, trial }) =>
  ['selection', 'arguments', 'answer'].map((grader) => ({
    ...{ run, trial, at, grader, value: random.next(), passed: true, reason: '', details: {} },
  })),
)
const started = runs.map((run) => ({
  ...{ run, event: 'started', at, suites: '[]', models: '[]', exposures: cells, trials: 1, seed: 1 },
  ...{ planned: results / 2, version: '0' },
}))
const store = await openStore({ home: home.path })
for (let from = 0; from < trials.length; from += 20_000)
  await store.append({
    trials: trials.slice(from, from + 20_000),
    scores: scores.slice(3 * from, 3 * from + 60_000),
  })
await store.append({ runs: started })
await store.close()
await drainPending()

const rounds = Array.from({ length: 5 }, () => {
  const begun = performance.now()
  const args = ['dist/cli/main.js', 'compare', ...runs]
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, CALLTRAIL_HOME: home.path },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return performance.now() - begun
}).sort((a, b) => a - b)
await rm(folder, { recursive: true, force: true })
const [least = Number.NaN, , median = Number.POSITIVE_INFINITY, , most = Number.NaN] = rounds
console.log(
  `${results} results compared in ${rounds.map((ms) => Math.round(ms)).join(', ')} ms; median of 5 at most ${limitMs}`,
)
const [minMs, medianMs, maxMs] = [least, median, most].map(Math.round)
console.log(JSON.stringify({ results, minMs, medianMs, maxMs, isMet: median <= limitMs }))
process.exit(median <= limitMs ? 0 : 1)
