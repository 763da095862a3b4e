import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Tokenizer } from '../../src/domain/model.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { toTool } from '../../src/tools/tool-definition.ts'

const querySchema = z.object({
  id: z.string(),
  prompt: z.string(),
  kind: z.string(),
  target: z.array(z.tuple([z.string(), z.string()])),
})
const definition = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.json()).default({}),
  annotations: z.record(z.string(), z.json()).optional(),
})

export type RetrievalQuery = z.output<typeof querySchema>
type Ranked = (prompt: string, limit: number) => Promise<readonly Tool[]> | readonly Tool[]

export function readTools(file: string): readonly Tool[] {
  const servers = z.record(z.string(), z.array(definition)).parse(JSON.parse(readFileSync(file, 'utf8')))
  return Object.entries(servers).flatMap(([server, tools]) => tools.map((tool) => toTool(server, tool)))
}

/** A target that is no tool can be found by nobody: a line that wants one is told of, and counts as missed. */
export function readQueries(file: string, tools: readonly Tool[]): readonly RetrievalQuery[] {
  const names = new Set(tools.map(({ name }) => name))
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return []
    const query = querySchema.parse(JSON.parse(line))
    const missing = targetNames(query).filter((name) => !names.has(name))
    if (missing.length > 0) console.error(`${file}:${at + 1}: no tool is called ${missing.join(', ')}`)
    return query.target.length > 0 ? [query] : []
  })
}

export function targetNames({ target }: RetrievalQuery): readonly string[] {
  return target.map(([server, tool]) => `${server}/${tool}`)
}

/** Ranking was tuned on one half, and never looked at the other. */
export function halfOf({ id }: RetrievalQuery): 'tuning' | 'held out' {
  const [first = 0] = createHash('sha256').update(id).digest()
  return first % 2 === 0 ? 'tuning' : 'held out'
}

const depths = [1, 3, 5, 10] as const
type Depth = `hit@${(typeof depths)[number]}`

export interface KindFigures extends Readonly<Record<Depth, number>> {
  readonly queries: number
  /** At least one target among the first five. */
  readonly 'any@5': number
}

export interface Figures {
  readonly kinds: Readonly<Record<string, KindFigures>>
  readonly meanTokensTop5: number
  readonly missed: readonly { readonly query: RetrievalQuery; readonly found: readonly string[] }[]
}

/** A hit at k: every target is among the first k. */
export async function measure(
  queries: readonly RetrievalQuery[],
  rank: Ranked,
  tokenizer: Tokenizer | null,
): Promise<Figures> {
  const results: { query: RetrievalQuery; found: readonly string[] }[] = []
  let tokens = 0
  for (const query of queries) {
    const found = await rank(query.prompt, 10)
    tokens += tokenizer?.definitions(found.slice(0, 5)) ?? 0
    results.push({ query, found: found.map(({ name }) => name) })
  }
  const kinds = [...new Set(queries.map(({ kind }) => kind))]
  return {
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind, figuresOf(results.filter((each) => each.query.kind === kind))]),
    ),
    meanTokensTop5: Math.round(tokens / Math.max(1, queries.length)),
    missed: results.filter((each) => !isHit(each, 5)),
  }
}

type Result = { readonly query: RetrievalQuery; readonly found: readonly string[] }

function isHit({ query, found }: Result, depth: number): boolean {
  const first = new Set(found.slice(0, depth))
  return targetNames(query).every((name) => first.has(name))
}

function figuresOf(results: readonly Result[]): KindFigures {
  const share = (holds: (result: Result) => boolean) =>
    Number((results.filter(holds).length / results.length).toFixed(3))
  const any = ({ query, found }: Result) =>
    targetNames(query).some((name) => found.slice(0, 5).includes(name))
  const [one, three, five, ten] = depths.map((depth) => share((result) => isHit(result, depth)))
  return {
    queries: results.length,
    'hit@1': one ?? 0,
    'hit@3': three ?? 0,
    'hit@5': five ?? 0,
    'hit@10': ten ?? 0,
    'any@5': share(any),
  }
}
