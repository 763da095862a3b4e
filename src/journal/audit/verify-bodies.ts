import { join } from 'node:path'
import { isJsonObject, type JsonObject, readJson } from '../../domain/json.ts'
import { keyedHash } from '../../domain/keyed-hash.ts'
import { bodyDigest } from '../body-pack.ts'
import type { BodyRefs, WantedBody } from './body-refs.ts'
import type { Finding } from './finding.ts'
import { packName, seriesFiles, storedLines } from './stored-lines.ts'

export interface BodiesVerdict {
  readonly bodies: number
  readonly bytes: number
  /** The first thing that is wrong. */
  readonly finding: Finding | null
  /** Bodies that entries speak of and that are not there, with the first entry that does. */
  readonly missing: readonly { readonly digest: string; readonly seq: number }[]
}

export interface BodiesOptions {
  readonly journal: string
  readonly log: string
  readonly refs: BodyRefs
  /** The entries are as they were written: what they say of a body holds. */
  readonly isTrusted: boolean
  /** The home's key for bodies; null where it is not at hand. */
  readonly key: Buffer | null
}

/** Every body is the one whose salted hash its entries hold, and all that they speak of are there. */
export function verifyBodies({ journal, log, refs, isTrusted, key }: BodiesOptions): BodiesVerdict {
  const found = new Set<string>()
  const judge = bodyJudge({ refs, isTrusted, key })
  const keys = { right: 0, firstWrong: null as Finding | null }
  let finding: Finding | null = null
  let bytes = 0
  for (const { name, path } of seriesFiles(join(journal, log), packName)) {
    for (const { prefixed, offset, isWhole } of storedLines(path)) {
      if (!isWhole && !isUnended(prefixed)) break
      bytes += prefixed.length
      const { digest, seq, problem, hasOwnKey } = judge(prefixed)
      const at = (what: string): Finding => ({
        ...{ log, seq, file: `journal/${log}/${name}`, offset, problem: what },
      })
      if (problem) finding ??= at(problem)
      else found.add(digest)
      if (hasOwnKey) keys.right += 1
      if (hasOwnKey === false) keys.firstWrong ??= at('the key of this body is not its own')
    }
  }
  // A log whose recorder could not read the home's key has one of its own for all its bodies.
  if (keys.right > 0) finding ??= keys.firstWrong
  const missing = [...refs.wanted].flatMap(([digest, { seq }]) =>
    found.has(digest) ? [] : [{ digest, seq }],
  )
  return { bodies: found.size, bytes, finding, missing }
}

export interface JudgedBody {
  readonly digest: string
  /** The first entry that speaks of it. */
  readonly seq: number | null
  readonly problem: string | null
  /** Null where that cannot be told. */
  readonly hasOwnKey: boolean | null
}

/** What one line of a pack says by itself, prefixed as a leaf is. */
export function bodyJudge({ refs, isTrusted, key }: Pick<BodiesOptions, 'refs' | 'isTrusted' | 'key'>) {
  const keyed = key && keyedHash(key)
  return (prefixed: Buffer): JudgedBody => {
    const body = readBody(prefixed.toString('utf8', 1))
    const digest = typeof body?.digest === 'string' ? body.digest : ''
    const wanted = refs.wanted.get(digest)
    const problem = problemOf(body, isTrusted ? wanted : undefined)
    const isTold = body !== null && keyed !== null && body.truncated !== true && !problem
    const hasOwnKey = isTold ? keyed(String(body.text)) === body.key : null
    return { digest, seq: wanted?.seq ?? null, problem, hasOwnKey }
  }
}

/** Null for what no recorder writes: a member more or less, or another spelling. */
function readBody(line: string): JsonObject | null {
  const body = readJson(line)
  return isJsonObject(body) && body.v === 1 && JSON.stringify(body) === line ? body : null
}

/** A line that a kill has torn is no JSON; one that is, but for its last byte, had a newline there. */
function isUnended(prefixed: Buffer): boolean {
  return readJson(prefixed.toString('utf8', 1, prefixed.length - 1)) !== undefined
}

function problemOf(body: JsonObject | null, wanted: WantedBody | undefined): string | null {
  if (body === null) return 'this line is no body as a recorder writes it'
  const { digest, salt, text, bytes, truncated, key } = body
  if (typeof text !== 'string' || typeof salt !== 'string' || typeof key !== 'string' || key.length !== 64)
    return 'this line is no body as a recorder writes it'
  if (bodyDigest(salt, text) !== digest) return 'this body is not the one that was written'
  const isCut = truncated === true
  const isSized = wanted
    ? bytes === wanted.bytes && isCut === wanted.isCut
    : isCut || bytes === Buffer.byteLength(text)
  return isSized ? null : 'what this body says of its size is not what its entry says'
}
