// `npm run conformance [-- --short]`: the official suite against a server with all that it looks for, direct and through
// the gateway; then its client scenarios so. What counts is that both come out alike. Exit codes: 1 a verdict differs, 3 the suite could not run.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientVerdicts } from './conformance/client-scenarios.ts'
import { along, paths } from './conformance/paths.ts'
import { installSuite } from './conformance/suite.ts'
import { type Difference, differences, passed, readVerdicts, type Verdicts } from './conformance/verdicts.ts'
import { type Command, run } from './packages/install.ts'

interface ScenarioSet {
  readonly name: string
  readonly args: readonly string[]
}

const all: ScenarioSet = { name: 'all', args: ['--suite', 'all'] }
const frozen = ['2025-11-25', '2026-07-28'].map((name) => ({ name, args: ['--requirements', name] }))
const isShort = process.argv.includes('--short')
const sets = isShort ? [all] : [all, ...frozen]

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

async function runSet(suite: Command, set: ScenarioSet, folder: string): Promise<readonly Verdicts[]> {
  const runs: Verdicts[] = []
  for (const [index, path] of paths.entries())
    runs.push(await verdictsOf(suite, set, path, join(folder, set.name, String(index))))
  return runs
}

/** Prints the line of a set, the first of its runs being direct, and gives back what differs from that. */
function compare(name: string, runs: readonly Verdicts[]): readonly Difference[] {
  const [direct = new Map()] = runs
  const found = runs.flatMap((verdicts, index) =>
    differences(direct, verdicts, paths[index]?.name).map(({ text, why }) => ({
      text: `${name}, ${paths[index]?.name}: ${text}`,
      why,
    })),
  )
  const counts = paths.map((_, index) => {
    const verdicts = runs[index]
    return verdicts ? `${passed(verdicts)} of ${verdicts.size}` : '–'
  })
  const designed = found.filter(({ why }) => why !== null).length
  const number = String(found.length - designed)
  printLine([name, ...counts, designed > 0 ? `${number} (and ${designed} by design)` : number])
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
    const found: Difference[] = []
    for (const set of sets) found.push(...compare(set.name, await runSet(suite, set, folder)))
    if (!isShort) found.push(...compare('client', await clientVerdicts(suite, join(folder, 'client'))))
    const wrong = found.filter(({ why }) => why === null)
    for (const { text } of wrong) console.log(`\n${text}`)
    for (const why of new Set(found.flatMap((each) => each.why ?? []))) console.log(`\nby design: ${why}`)
    return wrong.length > 0 ? 1 : 0
  } catch (error) {
    console.error(`the suite could not run: ${error instanceof Error ? error.message : error}`)
    return 3
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
