import canonicalize from 'canonicalize'
import type { RecordedCall } from '../domain/cassette.ts'
import type { JsonObject } from '../domain/json.ts'
import { isLocalId, placeholderIds, withEmptyPlaceholders } from '../domain/placeholder.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { ToolCall } from '../domain/tool.ts'

/** The recorded calls of a case, for one trial: each is played once. */
export interface RecordingPlayer {
  /** The recorded call that this one is; null is a miss. */
  play(call: ToolCall): RecordedCall | null
}

/** Calls that are the same, in the order in which they were made. */
interface Tape {
  /** Of the placeholders in the arguments, in their order. */
  readonly ids: readonly string[]
  readonly calls: RecordedCall[]
  played: number
}

/**
 * A call is a recorded one if the tool is, and the arguments in their RFC 8785 form; the nth such call is the nth recorded
 * one. What was secret in the recording has a number; what is secret in a call here is found by this home's redactor, and
 * stands for one number throughout the trial, as that number stands for nothing else. A call that may be several of the
 * recorded ones is none of them.
 */
export function playRecording(calls: readonly RecordedCall[], redactor: Redactor): RecordingPlayer {
  const tapes = tapesOf(calls)
  /** Numbers, by the id that this home has for the same secret. */
  const numbers = new Map<string, string>()
  return {
    play({ name, arguments: given }) {
      const text = canonicalText(JSON.parse(redactor.json(JSON.stringify(given))))
      const ids = placeholderIds(text)
      const fits = (tapes.get(keyOf(name, text)) ?? []).flatMap((tape) => {
        const meaning = meaningOf(ids, tape.ids, numbers)
        return meaning ? [{ tape, meaning }] : []
      })
      const [fit] = fits
      const call = fits.length === 1 ? fit?.tape.calls[fit.tape.played] : undefined
      if (!fit || !call) return null
      fit.tape.played += 1
      for (const [id, number] of fit.meaning) numbers.set(id, number)
      return call
    },
  }
}

function tapesOf(calls: readonly RecordedCall[]): ReadonlyMap<string, readonly Tape[]> {
  const tapes = new Map<string, Tape[]>()
  for (const call of calls) {
    const text = canonicalText(call.arguments)
    const ids = placeholderIds(text)
    const alike = tapes.get(keyOf(call.tool, text)) ?? []
    tapes.set(keyOf(call.tool, text), alike)
    const same = alike.find((tape) => tape.ids.join() === ids.join())
    if (same) same.calls.push(call)
    else alike.push({ ids, calls: [call], played: 0 })
  }
  return tapes
}

/** What the ids of a call would have to stand for, all that is known included; null where that cannot be. */
function meaningOf(
  ids: readonly string[],
  wanted: readonly string[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | null {
  const meaning = new Map(known)
  for (const [index, id] of ids.entries()) {
    const number = wanted[index] ?? ''
    // The model wrote back what the prompt or a result showed it.
    if (isLocalId(id) ? id !== number : (meaning.get(id) ?? number) !== number) return null
    if (!isLocalId(id)) meaning.set(id, number)
  }
  return new Set(meaning.values()).size === meaning.size ? meaning : null
}

function keyOf(tool: string, text: string): string {
  return `${tool} ${withEmptyPlaceholders(text)}`
}

function canonicalText(value: JsonObject): string {
  return canonicalize(value) ?? ''
}
