import type { ChainView } from '../forensics/chain-view.ts'
import { type ChainNode, type Doubt, nodesOf, reconstruct } from '../forensics/reconstruct.ts'
import { proofLines } from './chain-proof.ts'
import {
  answerText,
  chainFacts,
  changesIn,
  checkWords,
  denialFacts,
  effectWords,
  gapWords,
  linkWords,
  modelFacts,
  outcomeWords,
  policyWords,
  promptOf,
  redactionWords,
  replayWords,
  returnedText,
  whoSays,
} from './chain-words.ts'
import { escapeText } from './escape.ts'
import { duration, size, time } from './quantities.ts'
import { cut, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { trialWords } from './trial-words.ts'

/** The whole chain as a tree: who, prompt, then what each span led to; offsets in seconds from its beginning. */
export function renderChain(view: ChainView, terminal: Terminal): string {
  const roots = reconstruct(view)
  const tree = { begin: Date.parse(view.spans[0]?.at ?? ''), terminal }
  const lines = roots.flatMap((root) => branch(root, null, ['', '', 0], tree))
  return `${[...heading(view, roots, terminal), '', ...lines, ...proofLines(view.proof, terminal)].join('\n')}\n`
}

/** What is piped is kept, or searched: more of it is there than a terminal would have room for. */
const pipedColumns = 400

const widthOf = ({ isTTY, columns }: Terminal) => (isTTY ? columns : pipedColumns)

interface Tree {
  /** Milliseconds since the epoch. */
  readonly begin: number
  readonly terminal: Terminal
}

function heading(view: ChainView, roots: readonly ChainNode[], terminal: Terminal): readonly string[] {
  const { columns } = terminal
  const { chain, spans, trial } = view
  const denials = denialFacts(view)
  const verdicts = denials.length > 0 ? denials : ['0 denied']
  const facts = [`chain ${chain}`, `${time(spans[0]?.at ?? null)} UTC`, ...chainFacts(view), ...verdicts]
  const prompt = promptOf(view)
  const [run] = spans.flatMap(({ run }) => run ?? [])
  const changes = changesIn(nodesOf(roots))
  const redacted = redactionWords(view)
  return [
    facts.join(' · '),
    cut(prompt ? `"${escapeText(prompt)}"` : 'prompt: no recorder saw it', widthOf(terminal)),
    ...whoSays(view).flatMap((claims, index) => labelled(index === 0 ? 'who' : '', claims, columns)),
    ...(trial ? labelled('trial', trialWords(trial), columns) : run ? labelled('run', [run], columns) : []),
    ...(changes.length > 0 ? labelled('changes', changes, columns) : []),
    ...(redacted ? labelled('hidden', [redacted], columns) : []),
  ]
}

function labelled(label: string, pieces: readonly string[], columns: number): readonly string[] {
  return wrap(
    pieces.map((piece) => escapeText(piece)),
    columns,
    { label: label.padEnd(8), between: ' · ' },
  )
}

type Indent = readonly [own: string, below: string, level: number]

/** Agents of agents go on and on: deeper spans stand below one another, and tell their level. */
const deepest = 16

function branch(
  node: ChainNode,
  parent: ChainNode | null,
  [own, below, level]: Indent,
  tree: Tree,
): readonly string[] {
  const { terminal, begin } = tree
  const { span, children } = node
  const offset = `${((Date.parse(span.at) - begin) / 1000).toFixed(2)} s`.padStart(8)
  const [text, ...more] = describe(node, parent, tree).map((line) => escapeText(line))
  const [fork, end, through] = terminal.hasLines ? ['├ ', '└ ', '│ '] : ['|-', '`-', '| ']
  const blank = ' '.repeat(10)
  const rest = `${blank}${below}${children.length > 0 ? through : '  '}`
  const lines = [
    `${offset}  ${own}${cut(`${level > deepest ? `level ${level} · ` : ''}${text ?? ''}`, widthOf(terminal) - blank.length - own.length)}`,
    ...more.map((line) => rest + cut(line, widthOf(terminal) - rest.length)),
  ]
  return [
    ...lines.map((line) => colour(line, node, terminal)),
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      const under = level < deepest ? below + (isLast ? '  ' : through) : below
      return branch(child, node, [below + (isLast ? end : fork), under, level + 1], tree)
    }),
  ]
}

/** A line for what it is, and more for what was said; none of it escaped. */
function describe(node: ChainNode, parent: ChainNode | null, tree: Tree): readonly string[] {
  const { span, gap } = node
  const missing = gap === null ? [] : [gapWords[gap]]
  if (span.kind === 'model') return describeModel(node)
  if (span.kind === 'policy') return [policyWords(node)]
  if (span.kind === 'decision') {
    const malformed = span.outcome === 'malformed' ? ' (malformed, never sent)' : ''
    return [`decided ${span.name} ${span.input}${malformed}`, ...missing]
  }
  const isDecided = parent?.span.kind === 'decision' && parent.span.name === span.name
  const check = checkWords(span)
  const call = check === null ? 'call' : `${check} by calltrail`
  const facts = [isDecided ? call : `${call} ${span.name}`, ...callFacts(node)]
  // What a decision says already is not said twice.
  const given = isDecided || span.input === '' ? [] : [span.input]
  const doubts = node.doubt ? doubtLines(node.doubt, tree) : []
  return [facts.join(' · '), ...missing, ...doubts, ...given, ...answerLines(node)]
}

/** What went wrong, in its own words, or what came back. */
function answerLines({ span: { message, outcome, output } }: ChainNode): readonly string[] {
  if (message) return [message]
  const text = outcome === 'ok' ? returnedText(output) : ''
  return text === '' ? [] : [`returned ${text}`]
}

function describeModel({ span, costUsd }: ChainNode): readonly string[] {
  const text = answerText(span.output)
  return [`model ${modelFacts(span, costUsd).join(' · ')}`, ...(text ? [`"${text}"`] : [])]
}

function callFacts({ span, tier, effect, doubt }: ChainNode): readonly string[] {
  const { result_bytes: bytes } = span.attributes
  return [
    outcomeWords(span),
    duration(span.duration_ms),
    ...(bytes === undefined ? [] : [size(Number(bytes))]),
    // A narrow terminal cuts what comes last; what changed something stands above the tree too.
    ...(tier === null ? [] : [linkWords(tier)]),
    ...(doubt ? [`link ${doubt.tier}: one of ${doubt.candidates.length} decisions`] : []),
    ...replayWords(span),
    ...(effect ? effectWords(effect) : []),
  ]
}

function doubtLines({ candidates }: Doubt, { begin }: Tree): readonly string[] {
  return candidates.map(({ id, span }) => {
    if (!span) return `  maybe decision ${id}, of another chain`
    const offset = ((Date.parse(span.at) - begin) / 1000).toFixed(2)
    return `  maybe that of ${offset} s: ${span.name} ${span.input}`
  })
}

function colour(line: string, { span: { kind, outcome } }: ChainNode, terminal: Terminal): string {
  if (kind === 'policy' && outcome === 'deny') return paint(line, 'bad', terminal)
  return kind === 'tool' && outcome !== 'ok' ? paint(line, 'doubtful', terminal) : line
}
