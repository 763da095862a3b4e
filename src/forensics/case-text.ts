import { Document, isCollection, isNode, isScalar, visit } from 'yaml'
import type { PromotedCall, PromotedCase } from './promoted-case.ts'

/** What an editor or a terminal would act on, line breaks among it: recorded text is hostile. */
const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const longestComment = 200
/** These stand in one line where they are no longer than this. */
const inOneLine = new Set<unknown>(['args', 'tags'])
const longestFlow = 70

export interface CaseHeading {
  readonly id: string
  /** Where it comes from, in a line. */
  readonly origin: string
}

/** The case as an item of a block sequence that begins in the first column, ending in a line break. */
export function caseText({ id, origin }: CaseHeading, promoted: PromotedCase): string {
  const { prompt, calls, decide, remarks } = promoted
  const isDraft = isUndecided(promoted)
  const document = new Document([
    {
      id,
      ...(isDraft && { draft: true }),
      prompt,
      expect: {
        calls: calls.map(({ tool, args }) => ({ tool, ...(Object.keys(args).length > 0 && { args }) })),
      },
      tags: ['promoted'],
    },
  ])
  const at = (...path: (string | number)[]) => document.getIn([0, ...path], true)
  comment(at(), [origin, ...(isDraft ? [draftNote] : []), ...decide.map(toDecide)])
  const written = at('expect', 'calls')
  comment(calls.length > 0 ? written : at('expect'), remarks)
  for (const [index, call] of calls.entries()) comment(at('expect', 'calls', index), aboutCall(call))
  setStyles(document)
  // Only within double quotes is anything of this left, and there it may be written so.
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).replace(hostile, escapeUnits)
}

const draftNote =
  'A draft is played and shown, and never judged. Decide what is marked so, then take out `draft`.'

/** Whether a person must say what should have happened. */
export function isUndecided({ decide, calls }: PromotedCase): boolean {
  return decide.length > 0 || calls.some((call) => call.decide.length > 0)
}

const toDecide = (doubt: string) => `DECIDE: ${doubt}`
const aboutCall = ({ decide, remarks }: PromotedCall) => [...decide.map(toDecide), ...remarks]

function comment(node: unknown, lines: readonly string[]): void {
  if (lines.length > 0 && isNode(node))
    node.commentBefore = lines.map((line) => ` ${oneLine(line)}`).join('\n')
}

function oneLine(text: string): string {
  const plain = [...text.replace(/\s+/g, ' ').replace(hostile, '')]
  return plain.length > longestComment ? `${plain.slice(0, longestComment).join('')}…` : plain.join('')
}

function setStyles(document: Document): void {
  visit(document, {
    Scalar(_, scalar) {
      const isHostile =
        typeof scalar.value === 'string' && scalar.value.replace(/\n/g, '').search(hostile) >= 0
      if (isHostile) scalar.type = 'QUOTE_DOUBLE'
    },
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isCollection(value) || !inOneLine.has(key.value)) return
      const text = JSON.stringify(value)
      value.flow = text.length <= longestFlow && !text.includes('\\n')
    },
  })
}

function escapeUnits(text: string): string {
  if (text === '\n') return text
  return Array.from(
    { length: text.length },
    (_, unit) => `\\u${text.charCodeAt(unit).toString(16).padStart(4, '0')}`,
  ).join('')
}
