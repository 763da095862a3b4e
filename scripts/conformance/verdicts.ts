// What the suite says of each scenario, and where two runs of it disagree.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One check of the suite's, as it writes it; `id` may come more than once in a scenario. */
export interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
  readonly errorMessage?: string
}

/** By scenario: its checks, without those that only tell something. */
export type Verdicts = ReadonlyMap<string, readonly Check[]>

/** The suite keeps a folder for each scenario: its name, its side for some, its time. */
const folderName = /^(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/

export function readVerdicts(folder: string): Verdicts {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
      const [, name] = /^(.+)[\\/]checks\.json$/.exec(path) ?? []
      const [, scenario] = folderName.exec(name?.replaceAll('\\', '/') ?? '') ?? []
      if (scenario === undefined) return []
      const checks: readonly Check[] = JSON.parse(readFileSync(join(folder, path), 'utf8'))
      return [[scenario, checks.filter(({ status }) => status !== 'INFO')] as const]
    }),
  )
}

/** Scenarios in which no check has failed. */
export function passed(verdicts: Verdicts): number {
  return [...verdicts.values()].filter((checks) => checks.every(({ status }) => status !== 'FAILURE')).length
}

/** Checks that must come out otherwise behind a gateway, and why; some on one path alone. */
const byDesign: Readonly<Record<string, { readonly why: string; readonly path?: string }>> = {
  'resource-parameter-matches-prm': {
    why: 'resource-parameter-matches-prm: a client asks for a token for the address that it talks to, the gateway',
  },
  'server-sse-disconnect-resume': {
    path: 'gateway, stdio',
    why: 'server-sse-disconnect-resume: over stdio a server has no stream that it could close',
  },
}

export interface Difference {
  readonly text: string
  /** Why it is as it should be; null for one that is a fault. */
  readonly why: string | null
}

function whyOf(id: string, path: string): string | null {
  const known = byDesign[id]
  return known && (known.path === undefined || known.path === path) ? known.why : null
}

/** Every check that came out otherwise than direct. */
export function differences(direct: Verdicts, other: Verdicts, path = ''): readonly Difference[] {
  const scenarios = new Set([...direct.keys(), ...other.keys()])
  return [...scenarios].sort().flatMap((scenario) => {
    const [first, second] = [byId(direct.get(scenario)), byId(other.get(scenario))]
    return [...new Set([...first.keys(), ...second.keys()])].flatMap((id) => {
      const [expected, found] = [statuses(first.get(id)), statuses(second.get(id))]
      if (expected === found) return []
      const text = `${scenario}: ${id}: ${expected} direct, here ${found}${reason(second.get(id))}`
      return [{ text, why: whyOf(id, path) }]
    })
  })
}

function byId(checks: readonly Check[] = []): ReadonlyMap<string, readonly Check[]> {
  const map = new Map<string, Check[]>()
  for (const check of checks) map.set(check.id, [...(map.get(check.id) ?? []), check])
  return map
}

function statuses(checks: readonly Check[] | undefined): string {
  return checks?.map(({ status }) => status).join(' ') ?? 'no verdict'
}

function reason(checks: readonly Check[] = []): string {
  const told = checks.flatMap(({ errorMessage }) => errorMessage ?? [])
  return told.length > 0 ? `: ${told.join('; ')}` : ''
}
