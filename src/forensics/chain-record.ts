import type { BodyRef, Entry, EntryData } from '../domain/entry.ts'
import type { StoreReader } from '../domain/store.ts'
import type {
  BodyRow,
  LinkRow,
  OpenSessionRow,
  PolicyDecisionRow,
  QueryName,
  RecordedLineRow,
  SpanRow,
} from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { selectIn } from '../store/select-in.ts'
import { storedJson } from '../store/stored-json.ts'

/** All that was recorded of a chain, as it was: its spans, what links them, their entries and bodies. */
export interface ChainRecord {
  readonly chain: string
  /** In the order of time; not empty. */
  readonly spans: readonly SpanRow[]
  readonly links: readonly LinkRow[]
  readonly policies: readonly PolicyDecisionRow[]
  /** By span. */
  readonly modelRequests: ReadonlyMap<string, EntryData['model_request']>
  readonly decisions: ReadonlyMap<string, EntryData['decision']>
  readonly toolRequests: ReadonlyMap<string, EntryData['tool_request']>
  readonly toolResults: ReadonlyMap<string, EntryData['tool_result']>
  /** The stored text; null for a body that was cut, or erased since. */
  readonly text: (ref: BodyRef) => string | null
  /** What of it is still under way; empty when it is over. */
  readonly running: readonly string[]
}

export async function readChainRecord(store: StoreReader<QueryName>, chain: string): Promise<ChainRecord> {
  const spans = await rowsOf(store.query<SpanRow>('chain_spans', { chain }))
  const links = await rowsOf(store.query<LinkRow>('chain_links', { chain }))
  const policies = await rowsOf(store.query<PolicyDecisionRow>('chain_policy_decisions', { chain }))
  const entries = await entriesOf(store.query<RecordedLineRow>('chain_entries', { chain }))
  const kept = keptEntries(entries)
  const texts = new Map<string, string>()
  for await (const { digest, text } of selectIn<BodyRow>(store, 'bodies', bodiesOf(kept)))
    texts.set(digest, text)
  const running = await runningIn(store, spans, kept)
  const text = ({ digest, truncated }: BodyRef) => (truncated ? null : (texts.get(digest) ?? null))
  return { chain, spans, links, policies, ...kept, text, running }
}

export async function entriesOf(rows: AsyncIterable<RecordedLineRow>): Promise<readonly Entry[]> {
  return (await rowsOf(rows)).map(({ line }) => storedJson<Entry>(line))
}

type Kept = Pick<ChainRecord, 'modelRequests' | 'decisions' | 'toolRequests' | 'toolResults'>

function keptEntries(entries: readonly Entry[]): Kept {
  const kept = {
    modelRequests: new Map<string, EntryData['model_request']>(),
    decisions: new Map<string, EntryData['decision']>(),
    toolRequests: new Map<string, EntryData['tool_request']>(),
    toolResults: new Map<string, EntryData['tool_result']>(),
  }
  for (const { kind, data } of entries) {
    if (kind === 'model_request') kept.modelRequests.set(data.span, data)
    if (kind === 'decision') kept.decisions.set(data.span, data)
    if (kind === 'tool_request') kept.toolRequests.set(data.span, data)
    if (kind === 'tool_result' && !kept.toolResults.has(data.span)) kept.toolResults.set(data.span, data)
  }
  return kept
}

function bodiesOf({ modelRequests, toolRequests, toolResults }: Kept): Iterable<string> {
  const refs = [
    ...[...modelRequests.values()].flatMap(({ prompt, tools }) => [prompt, tools]),
    ...Array.from(toolRequests.values(), (request) => request.arguments),
    ...Array.from(toolResults.values(), ({ result }) => result),
  ]
  return refs.flatMap((ref) => ref?.digest ?? [])
}

/**
 * A trial is over when its session is. A conversation that a proxy saw may go on at any time: it is under way while the
 * model is asked again in its prompt's name, or a call that it decided on has no answer.
 */
async function runningIn(
  store: StoreReader<QueryName>,
  spans: readonly SpanRow[],
  { modelRequests, decisions }: Kept,
): Promise<readonly string[]> {
  const trials = new Set(spans.flatMap(({ trial }) => trial ?? []))
  const open = trials.size > 0 ? await rowsOf(store.query<OpenSessionRow>('open_sessions')) : []
  const openTrials = open.flatMap(({ session }) => (trials.has(session) ? [`the trial ${session}`] : []))
  const since = spans[0]?.at ?? ''
  const requests = await entriesOf(store.query<RecordedLineRow>('open_requests', { since }))
  const prompts = new Set(Array.from(modelRequests.values(), ({ prompt }) => prompt?.digest ?? ''))
  const hashes = new Set(Array.from(decisions.values(), ({ evidence }) => evidence.argumentsHash ?? ''))
  const pending = requests.flatMap(({ kind, data }) => {
    if (kind === 'model_request')
      return prompts.has(data.prompt?.digest ?? '-') ? [`a request to ${data.model}`] : []
    if (kind !== 'tool_request') return []
    return hashes.has(data.evidence.argumentsHash ?? '-') ? [`the call of ${data.tool}`] : []
  })
  return [...openTrials, ...pending]
}
