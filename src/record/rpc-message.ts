import { exactly } from '../domain/exact-number.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../domain/json.ts'
import type { Frame } from './framing.ts'
import { elementTexts, memberText } from './member-text.ts'

/** What a frame, or a member of a batch, says in the terms of JSON-RPC; ids are JSON text, `1` is not `"1"`. */
export type RpcMessage =
  | { readonly type: 'request'; readonly id: string; readonly method: string; readonly params: JsonObject }
  | { readonly type: 'notification'; readonly id: null; readonly method: string; readonly params: JsonObject }
  | { readonly type: 'result'; readonly id: string; readonly result: Json }
  | {
      readonly type: 'error'
      readonly id: string | null
      readonly code: number | null
      readonly message: string
    }
  | { readonly type: 'malformed'; readonly id: null }

export interface ReadMessage {
  readonly message: RpcMessage
  /** The text of a member of the message, to the letter; of the message itself without a path. */
  readonly textOf: (...path: readonly string[]) => string | null
}

const malformed = { type: 'malformed', id: null } as const

/** The messages of a line: one, or those of a batch (2025-03-26), which has one at least. */
export function readMessages(text: string): readonly ReadMessage[] {
  const value = readJson(text)
  if (value === undefined) return [{ message: malformed, textOf: () => null }]
  if (!Array.isArray(value) || value.length === 0)
    return [readPart(value, (...path) => memberText(text, path))]
  let texts: readonly string[] | null = null
  return value.map((part, index) =>
    readPart(part, (...path) => {
      texts ??= elementTexts(text)
      return memberText(texts[index] ?? '', path)
    }),
  )
}

function readPart(value: Json, textOf: ReadMessage['textOf']): ReadMessage {
  return { message: readMessage(value, textOf), textOf }
}

/** An id or a token as JSON text: a number to the letter where a double would make two of them one. */
export function idText(id: Json, textOf: () => string | null): string {
  const text = typeof id === 'number' && !Number.isSafeInteger(id) ? textOf() : null
  return text === null || typeof exactly(text) === 'number' ? JSON.stringify(id) : text
}

/** Whether a line of JSON holds a batch. */
export function isBatch(text: string): boolean {
  return /^\s*\[/.test(text)
}

function readMessage(value: Json, textOf: ReadMessage['textOf']): RpcMessage {
  if (!isJsonObject(value)) return malformed
  const { id, method, params, result, error } = value
  const known = id === undefined || id === null ? null : idText(id, () => textOf('id'))
  if (typeof method === 'string') {
    const named = { method, params: isJsonObject(params) ? params : {} }
    return known === null
      ? { type: 'notification', id: null, ...named }
      : { type: 'request', id: known, ...named }
  }
  if (result !== undefined && known !== null) return { type: 'result', id: known, result }
  return isJsonObject(error) ? readError(known, error) : malformed
}

function readError(id: string | null, { code, message }: JsonObject): RpcMessage {
  return {
    type: 'error',
    id,
    code: typeof code === 'number' ? code : null,
    message: typeof message === 'string' ? message : '',
  }
}

const scalar = '("(?:[^"\\\\]|\\\\.)*"|-?\\d[\\d.eE+-]*|null)'
const member = `\\s*"(jsonrpc|id|method)"\\s*:\\s*${scalar}\\s*`
const leading = new RegExp(`^\\s*\\{(?:${member},)*`)
const trailing = new RegExp(`(?:,${member})*\\}\\s*$`)
const isErrorAtEnd = /"isError"\s*:\s*true\s*\}$/

export interface LongMessage {
  readonly id: string | null
  readonly method: string | null
  /** A result that ends by saying so. */
  readonly isError: boolean
}

/**
 * What can be told of a message that was too long to be kept: its plain members stand before or after the long one. A
 * quote within a string is escaped, so that nothing inside a payload reads as such a member.
 */
export function readEdges({ head, tail }: NonNullable<Frame['edges']>): LongMessage {
  const before = leading.exec(head)?.[0] ?? ''
  const after = trailing.exec(tail)?.[0] ?? ''
  const plain = new Map<string, string>()
  for (const [, name = '', value = ''] of `${before}${after}`.matchAll(new RegExp(member, 'g')))
    plain.set(name, value)
  const method = plain.get('method')
  const isError = isErrorAtEnd.test(tail.slice(0, tail.length - after.length))
  return { id: plain.get('id') ?? null, method: method?.startsWith('"') ? JSON.parse(method) : null, isError }
}
