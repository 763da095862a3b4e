/** Of the document of `calltrail chain ID --json`, what tells whether it is whole. */
export interface ChainDocument {
  readonly spans: readonly {
    readonly span: string
    readonly kind: string
    readonly parent: string | null
    readonly name: string
    readonly prompt_digest: string | null
    readonly at: string
  }[]
  readonly links: readonly {
    readonly type: string
    readonly from_span: string
    readonly to_span: string
    readonly tier: number
    readonly candidates: readonly string[]
  }[]
}

/** `tier`: of the link from the decision to the call; null where the call is not joined, and why. */
export type Joined = { readonly tier: number } | { readonly tier: null; readonly why: string }

/** Whether one chain holds the prompt, the decision, the call that it caused, and the request that told the model its result. */
export function joined(chains: readonly ChainDocument[], tool: string): Joined {
  const spans = chains.flatMap((chain) => chain.spans)
  const isCall = ({ kind, name }: { kind: string; name: string }) => kind === 'tool' && name.endsWith(tool)
  const chain = chains.find(({ spans }) => spans.some(isCall))
  if (!spans.some(({ kind }) => kind === 'model')) return no('no model request was recorded')
  if (!spans.some(({ kind }) => kind === 'decision')) return no('the model was shown no such tool')
  if (!chain) return no('decided, and no call was recorded')
  return joinedWithin(chain, chain.spans.filter(isCall))
}

function joinedWithin({ spans, links }: ChainDocument, calls: ChainDocument['spans']): Joined {
  const link = links.find(
    ({ type, to_span }) => type === 'caused' && calls.some(({ span }) => span === to_span),
  )
  if (!link) return no('the call is linked to no decision')
  if (link.candidates.length > 1) return no(`the call may be of ${link.candidates.length} decisions`)
  const decision = spans.find(({ span, kind }) => span === link.from_span && kind === 'decision')
  const asked = spans.find(({ span }) => span === decision?.parent)
  if (!decision || !asked) return no('the decision is in another chain than its call')
  if (asked.prompt_digest === null) return no('the prompt is missing')
  const goesOn = links.some(({ type, from_span }) => type === 'continues' && from_span === asked.span)
  if (!goesOn) return no('the next model request is not in the chain')
  return { tier: link.tier }
}

function no(why: string): Joined {
  return { tier: null, why }
}
