import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { objectsIn, textIn, type WireDecision } from './model-wire.ts'

/** Gathers the calls of one answer. */
export interface GeminiCalls {
  /** `rawArguments` is the text of its `args`; null where there are none. */
  add(call: JsonObject, rawArguments: string | null): void
  /** What Google says of a call that the model wrote and it could not read. */
  addMalformed(message: string): void
  decisions(): readonly WireDecision[]
}

interface Gathered {
  id: string
  name: string
  /** To the letter, where they came whole. */
  text: string | null
  /** Where they came value by value. */
  values: Json
  continues: boolean
}

export function geminiCalls(): GeminiCalls {
  const calls: Gathered[] = []
  return {
    add(call, rawArguments) {
      const open = calls.at(-1)
      const gathered = open?.continues ? open : begin(calls)
      gathered.id ||= textIn(call.id)
      gathered.name ||= textIn(call.name)
      gathered.text = rawArguments ?? gathered.text
      for (const part of objectsIn(call.partialArgs)) {
        const steps = stepsOf(textIn(part.jsonPath))
        if (steps.length > 0) gathered.values = placed(gathered.values, steps, part)
      }
      gathered.continues = call.willContinue === true
    },
    addMalformed(message) {
      if (message === '') return
      const [, name = ''] = /\bdefault_api\.([\w.-]+)/.exec(message) ?? []
      Object.assign(begin(calls), { name, text: message })
    },
    decisions: () =>
      calls.map(({ id, name, text, values, continues }) => {
        const written = text ?? JSON.stringify(values)
        // What was cut off is no whole object.
        return { id, name, arguments: continues ? written.slice(0, -1) : written }
      }),
  }
}

function begin(calls: Gathered[]): Gathered {
  const call: Gathered = { id: '', name: '', text: null, values: {}, continues: false }
  calls.push(call)
  return call
}

// Vertex AI can stream arguments as values at JSON paths (RFC 9535), strings in pieces.

function stepsOf(path: string): readonly (string | number)[] {
  const found = path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(['"])((?:\\.|(?!\3).)*)\3\]/gs)
  return Array.from(found, ([, name, index, , quoted = '']) =>
    index === undefined ? (name ?? quoted.replace(/\\(.)/gs, '$1')) : Number(index),
  )
}

/** A copy with the value at that place. An index beyond the end is the end: nobody's path makes a list of millions. */
function placed(root: Json | undefined, steps: readonly (string | number)[], told: JsonObject): Json {
  const [step, ...rest] = steps
  if (step === undefined) return deltaOf(told, root)
  if (typeof step === 'string') {
    const object = isJsonObject(root) ? root : {}
    return { ...object, [step]: placed(object[step], rest, told) }
  }
  const list: readonly Json[] = Array.isArray(root) ? root : []
  const index = Math.min(step, list.length)
  return list.toSpliced(index, 1, placed(list[index], rest, told))
}

function deltaOf({ stringValue, numberValue, boolValue }: JsonObject, before: Json | undefined): Json {
  if (typeof stringValue === 'string') return typeof before === 'string' ? before + stringValue : stringValue
  return numberValue ?? boolValue ?? null
}
