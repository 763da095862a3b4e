import type { Tokenizer } from '../domain/model.ts'
import { Recent } from '../domain/recent.ts'
import { type Tool, wireName } from '../domain/tool.ts'

// What a provider sees as plain text is counted as plain text, whatever it spells.
const asText = { disallowedSpecial: new Set<string>() }

// The encoding takes quadratic time over one unbroken run of letters, blanks or signs: such a run is counted in pieces.
const longRun = /[\p{L}\p{M}]{500,}|\s{500,}|[^\s\p{L}\p{N}]{500,}/gu
const shortestLongRun = 500
const pieceLength = 250

// Of the texts that were counted last, in characters, and what each is taken to have beside its own.
const room = 4_000_000
const entryLength = 4_000

/** The encoding `o200k_base`. Loading takes about 200 ms, so it waits until somebody counts. */
export async function loadTokenizer(): Promise<Tokenizer> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  const count = remembered((text) => countBounded(text, (part) => countTokens(part, asText)))
  const byTool = new WeakMap<Tool, number>()
  const byTools = new WeakMap<readonly Tool[], number>()
  const ofTool = (tool: Tool) => remember(byTool, tool, () => count(definitionText(tool)))
  return {
    name: 'o200k',
    count,
    definitions: (tools) =>
      remember(byTools, tools, () => tools.reduce((sum, tool) => sum + ofTool(tool), 0)),
  }
}

function definitionText(tool: Tool): string {
  const { description, inputSchema } = tool
  return JSON.stringify({ name: wireName(tool.name), description, parameters: inputSchema })
}

function remember<K extends object>(known: WeakMap<K, number>, key: K, compute: () => number): number {
  const found = known.get(key)
  if (found !== undefined) return found
  const value = compute()
  known.set(key, value)
  return value
}

function countBounded(text: string, count: (part: string) => number): number {
  if (text.length < shortestLongRun) return count(text)
  let total = 0
  let end = 0
  for (const run of text.matchAll(longRun)) {
    total += count(text.slice(end, run.index))
    end = run.index + run[0].length
    for (let at = run.index; at < end; at += pieceLength) {
      total += count(text.slice(at, Math.min(at + pieceLength, end)))
    }
  }
  return total + count(text.slice(end))
}

/** A trial says the same again in each of its requests, and the next trials of its case do. */
function remembered(count: (text: string) => number): (text: string) => number {
  const counts = new Recent<number>(room, ({ length }) => length + entryLength)
  return (text) => {
    const known = counts.get(text)
    if (known !== undefined) return known
    const tokens = count(text)
    counts.set(text, tokens)
    return tokens
  }
}
