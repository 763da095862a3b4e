import { join } from 'node:path'
import { type Home, readIfThere } from '../home.ts'
import { isRecorderAlive } from '../recorder-process.ts'
import { bodyRefs } from './body-refs.ts'
import type { Finding } from './finding.ts'
import { type Ingested, type IngestedLogs, readAllIngested } from './ingested.ts'
import { type Register, readRegister } from './register.ts'
import { logsOf } from './seal-logs.ts'
import { verifyBodies } from './verify-bodies.ts'
import { type Claim, type LogVerdict, verifyLog } from './verify-log.ts'
import { type RegisterVerdict, verifyRegister } from './verify-register.ts'

export interface LogReport extends LogVerdict {
  /** Its recorder still writes, as far as is known. */
  readonly isAlive: boolean
  readonly bodies: number
  readonly bodyBytes: number
}

export interface HomeVerdict {
  /** Null where nothing was ever signed. */
  readonly register: (RegisterVerdict & Pick<Register, 'origin' | 'keys'>) | null
  readonly logs: readonly LogReport[]
  /** Bodies that are gone, and of which an entry says so. */
  readonly erased: number
  readonly lost: number
  readonly findings: readonly Finding[]
}

/** What else was said of logs: by the database, by an anchor. */
export type ClaimsOf = ReadonlyMap<string, readonly Claim[]>

interface Missing {
  readonly log: string
  readonly bodies: readonly { readonly digest: string; readonly seq: number }[]
  readonly lost: number
}

/** All that the journal of a home holds, against all that was signed for. Reads every byte once. */
export function verifyHome(home: Home, claims: ClaimsOf = new Map()): HomeVerdict {
  const register = readRegister(home)
  const key = readIfThere(join(home.keys, 'bodies.key'))
  const findings: Finding[] = []
  const missing: Missing[] = []
  const erased = new Set<string>()
  const names = logsOf(home)
  const logs = names.map((log): LogReport => {
    const isAlive = isRecorderAlive(join(home.journal, log))
    const refs = bodyRefs()
    const verdict = verifyLog(home, log, {
      ...{ keys: register?.keys ?? [], registered: register?.logs.get(log), claims: claims.get(log) ?? [] },
      onEntry: refs.onEntry,
    })
    const isTrusted = verdict.findings.length === 0
    const bodies = verifyBodies({ journal: home.journal, log, refs, isTrusted, key })
    findings.push(...verdict.findings, ...(bodies.finding ? [bodies.finding] : []))
    for (const digest of refs.erased) erased.add(digest)
    // What is wrong with a body explains why it is not found; an entry that was changed may name any.
    const isExplained = bodies.finding !== null || !isTrusted
    if (!isExplained) missing.push({ log, bodies: bodies.missing, lost: refs.lost() })
    return { ...verdict, isAlive, bodies: bodies.bodies, bodyBytes: bodies.bytes }
  })
  const ingested = readAllIngested(home)
  const gone = missing.map((each) => explainMissing(each, erased))
  const registered = register && verifyRegister(home, register)
  return {
    register: register && registered && { ...registered, origin: register.origin, keys: register.keys },
    logs,
    erased: gone.reduce((sum, each) => sum + each.erased, 0),
    lost: gone.reduce((sum, each) => sum + each.lost, 0),
    findings: [
      ...(registered?.findings ?? []),
      ...(registered && registered.findings.length > 0 ? [] : cutRegister(registered, ingested.logs)),
      ...ingested.findings,
      ...vanishedLogs({ register, claims, ingested: ingested.logs }, new Set(names)),
      ...findings,
      ...logs.flatMap((log) => shorterThanIngested(log, ingested.logs.get(log.log))),
      ...gone.flatMap((each) => each.findings),
    ],
  }
}

function explainMissing({ log, bodies, lost }: Missing, erased: ReadonlySet<string>) {
  const unexplained = bodies.filter(({ digest }) => !erased.has(digest))
  const isLost = unexplained.length <= lost
  const [first] = unexplained
  const problem = `the body ${first?.digest} of this entry is missing`
  const finding = first && { log, seq: first.seq, file: `journal/${log}`, offset: null, problem }
  return {
    erased: bodies.length - unexplained.length,
    lost: isLost ? unexplained.length : 0,
    findings: finding && !isLost ? [finding] : [],
  }
}

/** A database had taken in more of it than there is; what contradicts a checkpoint is told of already. */
function shorterThanIngested(
  { log, entries, findings }: LogVerdict,
  had: Ingested | undefined,
): readonly Finding[] {
  if (had === undefined || entries >= had.entries || findings.length > 0) return []
  const problem = `the log ends here; a database had taken in ${had.entries} entries of it`
  return [{ log, seq: entries, file: `journal/${log}`, offset: null, problem }]
}

/** Rolled back to what was signed once: sound by itself. */
function cutRegister(register: RegisterVerdict | null, ingested: IngestedLogs): readonly Finding[] {
  const [lines, had] = [register?.lines ?? 0, ingested.get('')?.checkpoint ?? 0]
  if (lines >= had) return []
  const problem = `it has ${lines} lines; a database has kept a checkpoint of ${had}`
  return [{ log: null, seq: null, file: 'audit/register.jsonl', offset: null, problem }]
}

interface Spoken {
  readonly register: Register | null
  readonly claims: ClaimsOf
  readonly ingested: IngestedLogs
}

function vanishedLogs(
  { register, claims, ingested }: Spoken,
  there: ReadonlySet<string>,
): readonly Finding[] {
  const taken = Array.from(ingested, ([log, { entries }]) => [log, [{ size: entries }], 'an ingest'] as const)
  const entered = [...(register?.logs ?? [])].map(([log, { heads }]) => [log, heads, 'the register'] as const)
  const claimed = [...claims].map(([log, heads]) => [log, heads, heads[0]?.by ?? ''] as const)
  const known = new Map([...taken, ...claimed, ...entered].map((each) => [each[0], each] as const))
  return [...known.values()].flatMap(([log, heads, by]) => {
    if (log === '' || there.has(log)) return []
    const size = Math.max(0, ...heads.map((head) => head.size))
    const problem = `the log is gone; ${by} speaks for ${size === 0 ? 'it' : `${size} entries of it`}`
    return [{ log, seq: null, file: `journal/${log}`, offset: null, problem }]
  })
}
