import { isJsonObject, readJson } from '../../domain/json.ts'
import { InfrastructureError } from '../../errors.ts'
import { type Home, readIfThere } from '../home.ts'
import { openCheckpoint } from './checkpoint.ts'
import type { Finding } from './finding.ts'
import { countOf, rootOf } from './merkle-tree.ts'
import { type Register, readRegister, registerCheckpointFile } from './register.ts'
import { registerOpenLogs } from './seal-logs.ts'
import { verifierKey } from './signed-note.ts'

/** A place off this host that keeps what it was given: lines of text, which several homes may share. */
export interface AnchorPlace {
  readonly name: string
  /** All lines; null where nothing was ever put there. Rejects with an `InfrastructureError`. */
  read(): Promise<string | null>
  append(line: string): Promise<void>
}

export interface Anchored {
  readonly at: string
  /** Lines of the register that are anchored. */
  readonly lines: number
}

/** Signs for all that is there and puts the register's checkpoint into the place, unless it is there already. */
export async function anchorHome(home: Home, place: AnchorPlace): Promise<Anchored & { isNew: boolean }> {
  registerOpenLogs(home)
  const register = readRegister(home)
  const note = readIfThere(registerCheckpointFile(home))?.toString()
  const checkpoint = register && note && openCheckpoint(note, register.origin, register.keys)
  if (!register || !note || !checkpoint)
    throw new InfrastructureError(
      'audit',
      'there is nothing signed to anchor: calltrail audit verify says why',
    )
  const earlier = anchorsOf((await place.read()) ?? '', register).find((anchor) => anchor.note === note)
  if (earlier) return { at: earlier.at, lines: checkpoint.size, isNew: false }
  const at = new Date().toISOString()
  const { origin } = register
  const line = JSON.stringify({ v: 1, at, origin, key: verifierKey(origin, checkpoint.signer), note })
  await place.append(`${line}\n`)
  return { at, lines: checkpoint.size, isNew: true }
}

interface Anchor {
  readonly at: string
  readonly note: string
}

/** Those of this home. */
function anchorsOf(text: string, { origin }: Register): readonly Anchor[] {
  return text.split('\n').flatMap((line) => {
    const said = readJson(line)
    if (!isJsonObject(said) || said.origin !== origin) return []
    return typeof said.at === 'string' && typeof said.note === 'string'
      ? [{ at: said.at, note: said.note }]
      : []
  })
}

export interface AnchorVerdict {
  readonly place: string
  /** The last one that the register bears out; null without one. */
  readonly last: Anchored | null
  readonly findings: readonly Finding[]
}

/** Whether the register is what was anchored, at every time that it was. */
export async function verifyAnchors(register: Register | null, place: AnchorPlace): Promise<AnchorVerdict> {
  const text = await place.read()
  const anchors = register && text !== null ? anchorsOf(text, register) : []
  const checked = register ? anchors.map((anchor) => ({ ...anchor, ...check(register, anchor) })) : []
  const bad = checked.find(({ problem }) => problem !== null)
  const finding = (problem: string): Finding => ({
    ...{ log: null, seq: null, file: 'audit/register.jsonl', offset: null, problem },
  })
  if (bad) return { place: place.name, last: null, findings: [finding(`${bad.problem} (${bad.at})`)] }
  const last = checked.at(-1)
  if (!last) return { place: place.name, last: null, findings: [finding(nothingThere(place, text !== null))] }
  return { place: place.name, last: { at: last.at, lines: last.lines }, findings: [] }
}

/** It was asked for and cannot be made: whoever emptied the place is not to be taken for verified. */
const nothingThere = ({ name }: AnchorPlace, isThere: boolean): string =>
  isThere
    ? 'nothing of this home is anchored'
    : `nothing is anchored in ${name}: the place is mistyped, it was emptied, or calltrail audit anchor never ran`

function check(register: Register, { note }: Anchor): { lines: number; problem: string | null } {
  const { origin, keys, leaves } = register
  const checkpoint = openCheckpoint(note, origin, keys)
  if (!checkpoint) return { lines: 0, problem: 'what is anchored was signed by no key of this home' }
  const { size, root } = checkpoint
  if (size > countOf(leaves))
    return { lines: size, problem: `it has ${countOf(leaves)} lines; ${size} are anchored` }
  const problem = rootOf(leaves, size) === root ? null : `its first ${size} lines are not those anchored`
  return { lines: size, problem }
}
