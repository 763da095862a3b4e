import { join } from 'node:path'
import { type Home, readIfThere } from '../home.ts'
import { type Checkpoint, openCheckpoint, originOfLog, type TreeHead } from './checkpoint.ts'
import type { Finding } from './finding.ts'
import { hashBytes } from './merkle-tree.ts'
import type { RegisteredLog } from './register.ts'
import { agrees, type LogScan, type OnEntry, type Place, scanLog } from './scan-log.ts'
import type { PublicKey } from './signed-note.ts'

/** Who says how far a log was: its checkpoint, the register, the database, an anchor. */
export interface Claim extends TreeHead {
  readonly by: string
}

export interface LogVerdict {
  readonly log: string
  readonly entries: number
  readonly bytes: number
  /** Entries that something signed speaks for. */
  readonly proven: number
  readonly isClosed: boolean
  /** Of a line that was never finished: its recorder was killed, or is writing it. */
  readonly tornBytes: number
  /** The first thing that is wrong. */
  readonly findings: readonly Finding[]
}

export interface LogClaims {
  readonly keys: readonly PublicKey[]
  readonly registered: RegisteredLog | undefined
  /** Of others. */
  readonly claims: readonly Claim[]
  readonly onEntry?: OnEntry
}

/** A log as it was read, and all that is claimed of it. */
export interface ReadLog {
  readonly scan: LogScan
  /** From the smallest size to the largest. */
  readonly claims: readonly Claim[]
  readonly isClosed: boolean
  /** Of its checkpoint, as a note. */
  readonly problems: readonly Unlocated[]
}

export function readLog(home: Home, log: string, given: LogClaims): ReadLog {
  const { keys, registered, onEntry } = given
  const folder = join(home.journal, log)
  const note = readIfThere(join(folder, 'checkpoint'))
  const checkpoint = note && openCheckpoint(note.toString(), originOfLog(log), keys)
  const claims = claimsOf(checkpoint, given)
  const sizes = claims.map(({ size }) => size)
  const scan = scanLog(folder, log, { sizes, ...(onEntry && { onEntry }) })
  const problems = [
    ...(note && !checkpoint ? [noteFinding('checkpoint', 'no key of this home has signed it as it is')] : []),
    ...(!note && claims.length > 0 ? [noteFinding('checkpoint', 'it is missing')] : []),
  ]
  return { scan, claims, isClosed: registered?.isClosed ?? false, problems }
}

/** Entries → leaves → root → signature, of one log. */
export function verifyLog(home: Home, log: string, given: LogClaims): LogVerdict {
  const read = readLog(home, log, given)
  const { scan, claims, isClosed, problems } = read
  const findings = [...problems, ...entryFindings(read)]
  const { entries, bytes, tornBytes } = scan
  const proven = Math.max(0, ...claims.flatMap((claim) => (agrees(scan, claim) ? [claim.size] : [])))
  return { log, entries, bytes, proven, isClosed, tornBytes, findings: findings.map(located) }

  function located({ file, ...finding }: Omit<Finding, 'log'>): Finding {
    return { log, ...finding, file: `journal/${log}/${file}` }
  }
}

type Unlocated = Omit<Finding, 'log'>

const noteFinding = (file: string, problem: string): Unlocated => ({
  ...{ seq: null, file, offset: null, problem },
})

function claimsOf(checkpoint: Checkpoint | null, { registered, claims }: LogClaims): readonly Claim[] {
  const own = checkpoint ? [{ ...checkpoint, by: 'its checkpoint' }] : []
  const entered = registered?.heads.map((head) => ({ ...head, by: 'the register' })) ?? []
  return [...own, ...entered, ...claims].sort((a, b) => a.size - b.size)
}

/** The first thing that is wrong with what was read; files are those of the log. */
export function entryFindings({ scan, claims, isClosed }: Omit<ReadLog, 'problems'>): readonly Unlocated[] {
  const { entries, firstChanged, firstMisplaced, following } = scan
  const broken = claims.find((claim) => !agrees(scan, claim))
  if (broken) return [firstBad(scan, broken, claims)]
  const last = claims.at(-1)
  // The signed entries are as they were: then it is the leaves that are not.
  if (firstChanged && firstChanged.seq < (last?.size ?? 0)) return [damagedLeaves(firstChanged)]
  if (last && scan.stored.count < last.size)
    return [noteFinding('leaves', `it has ${scan.stored.count} of the leaves of ${last.size} entries`)]
  if (firstChanged) return [at(firstChanged, 'this entry is not the one that was written')]
  if (firstMisplaced) return [at(firstMisplaced, placeProblem(firstMisplaced))]
  const added = isClosed && last ? following.get(last.size) : undefined
  if (!added || !last) return []
  const more = entries - last.size
  return [at(added, `${more} ${more === 1 ? 'entry' : 'entries'} came after the log was closed`)]
}

const at = ({ seq, file, offset }: Place, problem: string): Unlocated => ({ seq, file, offset, problem })

const damagedLeaves = ({ seq }: Place): Unlocated => ({
  ...{ seq, file: 'leaves', offset: seq * hashBytes },
  problem: 'this leaf was changed; the entries are as they were written',
})

/** Where what is signed for and what is there part. */
function firstBad(scan: LogScan, broken: Claim, claims: readonly Claim[]): Unlocated {
  const { entries, stored, firstChanged, firstMisplaced, end } = scan
  const isListed = stored.count >= broken.size && stored.rootOf(broken.size) === broken.root
  if (isListed && firstChanged && firstChanged.seq < broken.size) {
    // Where a file ends too early, the next one shows it.
    const isGap = firstMisplaced?.seq === firstChanged.seq && firstMisplaced.leaf === null
    const place = isGap ? firstMisplaced : firstChanged
    return at(place, isGap ? placeProblem(place) : changeProblem(scan, place))
  }
  if (entries < broken.size)
    return at(firstMisplaced ?? end, `the log ends here; ${broken.by} speaks for ${broken.size} entries`)
  if (firstMisplaced && firstMisplaced.seq < broken.size)
    return at(firstMisplaced, placeProblem(firstMisplaced))
  const good = claims.filter((claim) => claim.size < broken.size && agrees(scan, claim)).at(-1)?.size ?? 0
  return {
    ...{
      seq: firstChanged?.seq ?? good,
      file: firstChanged?.file ?? '',
      offset: firstChanged?.offset ?? null,
    },
    problem: `entries ${good} to ${broken.size - 1} are not those that ${broken.by} speaks for`,
  }
}

/** The leaves are as the recorder wrote them. */
function changeProblem({ stored }: LogScan, place: Place): string {
  const { claimed, leaf } = place
  const isMoved = claimed !== null && claimed < stored.count && stored.at(claimed) === leaf
  return isMoved ? placeProblem(place) : 'this entry is not the one that was written'
}

function placeProblem({ seq, claimed }: Place): string {
  if (claimed === null) return `no entry of this log stands where entry ${seq} belongs`
  return `entry ${claimed} stands where entry ${seq} belongs: entries were taken out, added or moved`
}
