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
    return [{ message: readMessage(value), textOf: (...path) => memberText(text, path) }]
  let texts: readonly string[] | null = null
  return value.map((part, index) => ({
    message: readMessage(part),
    textOf(...path) {
      texts ??= elementTexts(text)
      return memberText(texts[index] ?? '', path)
    },
  }))
}

/** Whether a line of JSON holds a batch. */
export function isBatch(text: string): boolean {
  return /^\s*\[/.test(text)
}

function readMessage(value: Json): RpcMessage {
  if (!isJsonObject(value)) return malformed
  const { id, method, params, result, error } = value
  const idText = id === undefined || id === null ? null : JSON.stringify(id)
  if (typeof method === 'string') {
    const named = { method, params: isJsonObject(params) ? params : {} }
    return idText === null
      ? { type: 'notification', id: null, ...named }
      : { type: 'request', id: idText, ...named }
  }
  if (result !== undefined && idText !== null) return { type: 'result', id: idText, result }
  return isJsonObject(error) ? readError(idText, error) : malformed
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
