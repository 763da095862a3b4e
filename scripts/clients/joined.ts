/** Of the document of `calltrail chain ID --json`, what tells whether it is whole. */
export interface ChainDocument {
  readonly spans: readonly {
    readonly span: string
    readonly kind: string
    readonly parent: string | null
    readonly name: string
    readonly outcome: string
    readonly message: string | null
    readonly input: string
    readonly attributes: Readonly<Record<string, string>>
  }[]
  readonly links: readonly {
    readonly type: string
    readonly from_span: string
    readonly to_span: string
    readonly tier: number
    readonly candidates: readonly string[]
  }[]
}

/** `tier` is that of the link from the decision to the call; `isToldAgain` where the result is known again in what the model was told. */
export type Joined =
  | { readonly tier: number; readonly isToldAgain: boolean }
  | { readonly tier: null; readonly why: string }

interface Asked {
  readonly prompt: string
  readonly tool: string
}

/** Whether one chain holds the prompt, the decision, the call that it caused, and the request that told the model its result. */
export function joined(chains: readonly ChainDocument[], asked: Asked): Joined {
  const chain = chains.find(({ spans }) => spans.some(isCallOf(asked)))
  if (chain) return joinedWithin(chain, asked)
  const spans = chains.flatMap((each) => each.spans)
  const requests = spans.filter(({ kind }) => kind === 'model')
  const failed = requests.find(({ outcome }) => outcome !== 'ok')
  if (requests.length === 0) return no('it asked no model')
  if (failed) return no(`the model answered with an error: ${failed.message ?? failed.outcome}`)
  if (!spans.some(({ kind }) => kind === 'decision')) return no('it showed the model no such tool')
  return no('the model decided, and it called nothing')
}

function joinedWithin({ spans, links }: ChainDocument, asked: Asked): Joined {
  const calls = new Set(spans.filter(isCallOf(asked)).map(({ span }) => span))
  const cause = links.find(({ type, to_span: to }) => type === 'caused' && calls.has(to))
  if (!cause) return no('the call is linked to no decision')
  if (cause.candidates.length > 1) return no(`${cause.candidates.length} decisions may have led to the call`)
  const decision = spans.find(({ span, kind }) => span === cause.from_span && kind === 'decision')
  if (!decision) return no('the decision is in another chain than its call')
  const hasPrompt = spans.some(({ kind, input }) => kind === 'model' && input.includes(asked.prompt))
  if (!hasPrompt) return no('the prompt is not in the chain')
  const goesOn = links.some(({ type, from_span: from }) => type === 'continues' && from === decision.parent)
  if (!goesOn) return no('the request with the result is not in the chain')
  return { tier: cause.tier, isToldAgain: isToldAgain(spans, calls) }
}

function isToldAgain(spans: ChainDocument['spans'], calls: ReadonlySet<string>): boolean {
  const told = spans.map(({ attributes }) => attributes.carried_results ?? '').join()
  return spans.some(
    ({ span, attributes: { result_hash, structured_result_hash } }) =>
      calls.has(span) &&
      [result_hash, structured_result_hash].some((hash) => hash !== undefined && told.includes(hash)),
  )
}

function isCallOf({ tool }: Asked) {
  return ({ kind, name }: ChainDocument['spans'][number]) => kind === 'tool' && name === tool
}

function no(why: string): Joined {
  return { tier: null, why }
}
