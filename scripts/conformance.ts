// `npm run conformance [-- --short]`: the official suite against a server with all that it looks for, direct and through
// the gateway. What counts is that both come out alike. Exit codes: 1 a verdict differs, 3 the suite could not run.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { along, paths } from './conformance/paths.ts'
import { type Command, installSuite, run } from './conformance/suite.ts'
import { differences, passed, readVerdicts, type Verdicts } from './conformance/verdicts.ts'

interface ScenarioSet {
  readonly name: string
  readonly args: readonly string[]
}

const all: ScenarioSet = { name: 'all', args: ['--suite', 'all'] }
const frozen = ['2025-11-25', '2026-07-28'].map((name) => ({ name, args: ['--requirements', name] }))
const sets = process.argv.includes('--short') ? [all] : [all, ...frozen]

async function verdictsOf(
  suite: Command,
  set: ScenarioSet,
  path: (typeof paths)[number],
  folder: string,
): Promise<Verdicts> {
  const results = join(folder, 'results')
  await mkdir(results, { recursive: true })
  const said = await along(path, folder, (url) => {
    const args = [...suite.args, 'server', '--url', url, ...set.args, '--output-dir', results]
    return run({ ...suite, args }, { cwd: folder })
  })
  const verdicts = readVerdicts(results)
  if (verdicts.size === 0) throw new Error(`${set.name}, ${path.name}: no scenario was run\n${said.trim()}`)
  return verdicts
}

/** Runs a set along every path, prints its line, and gives back what differs. */
async function compare(suite: Command, set: ScenarioSet, folder: string): Promise<readonly string[]> {
  const runs: Verdicts[] = []
  for (const [index, path] of paths.entries())
    runs.push(await verdictsOf(suite, set, path, join(folder, set.name, String(index))))
  const [direct = new Map()] = runs
  const found = runs.flatMap((verdicts, index) =>
    differences(direct, verdicts).map((line) => `${set.name}, ${paths[index]?.name}: ${line}`),
  )
  printLine([set.name, ...runs.map((each) => `${passed(each)} of ${each.size}`), String(found.length)])
  return found
}

function printLine(cells: readonly string[]): void {
  console.log(
    cells
      .map((cell) => cell.padEnd(18))
      .join('')
      .trimEnd(),
  )
}

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'calltrail-conformance-'))
  try {
    const suite = await installSuite()
    printLine(['scenarios passed', ...paths.map(({ name }) => name), 'differences'])
    const found: string[] = []
    for (const set of sets) found.push(...(await compare(suite, set, folder)))
    for (const line of found) console.log(`\n${line}`)
    return found.length > 0 ? 1 : 0
  } catch (error) {
    console.error(`the suite could not run: ${error instanceof Error ? error.message : error}`)
    return 3
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
