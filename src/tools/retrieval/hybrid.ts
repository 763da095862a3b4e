import type { Embedder, Embedding } from '../../domain/embedder.ts'
import type { Tool } from '../../domain/tool.ts'
import { best, reciprocalRanks } from './fusion.ts'
import { rankTools } from './rank-tools.ts'

/** `queries` embeds the prompt. */
export type HybridRanking = (
  prompt: string,
  limit: number,
  asking: { readonly queries: Embedder; readonly signal: AbortSignal },
) => Promise<readonly Tool[]>

type Vectors = Embedding['vectors']

/** How far down both orders are looked at. */
const depth = 50

/**
 * The lexical order and that of the embeddings, fused by their ranks. The tools are embedded once, with the first
 * prompt. Rejects as the embedder does: an order without its embeddings would be another ranking under the same name.
 */
export function hybridRanking(tools: readonly Tool[], embedder: Embedder): HybridRanking {
  const lexical = rankTools(tools)
  const places = new Map(tools.map((tool, at) => [tool, at]))
  let asked: { readonly vectors: Promise<Vectors>; readonly signal: AbortSignal } | null = null
  const embedTools = async (signal: AbortSignal): Promise<Vectors> => {
    asked ??= { vectors: embedAll(embedder, tools.map(embeddedText), signal), signal }
    const mine = asked
    try {
      return await mine.vectors
    } catch (error) {
      if (asked === mine) asked = null
      // Whoever asked was stopped: who waited along with it was not.
      if (mine.signal.aborted && !signal.aborted) return embedTools(signal)
      throw error
    }
  }
  return async (prompt, limit, { queries, signal }) => {
    if (tools.length === 0) return []
    const known = await embedTools(signal)
    const [wanted = []] = await embedAll(queries, [prompt], signal)
    const likeness = Float64Array.from(known, (vector) => cosine(vector, wanted))
    const orders = [lexical(prompt, depth).flatMap((tool) => places.get(tool) ?? []), best(likeness, depth)]
    return reciprocalRanks(orders, limit).flatMap((at) => tools[at] ?? [])
  }
}

async function embedAll(embedder: Embedder, texts: readonly string[], signal: AbortSignal): Promise<Vectors> {
  const all: Vectors[] = []
  for (let at = 0; at < texts.length; at += embedder.batch)
    all.push((await embedder.embed(texts.slice(at, at + embedder.batch), signal)).vectors)
  return all.flat()
}

const longestText = 2_000

function embeddedText({ name, description, annotations }: Tool): string {
  const words = name.replace(/[/_-]+/g, ' ')
  return `${words}: ${annotations?.title ?? ''} ${description}`.slice(0, longestText)
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0]
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  return ofA === 0 || ofB === 0 ? 0 : product / Math.sqrt(ofA * ofB)
}
