import type { JoinSpan } from '../../src/chain/join-span.ts'
import type { CarriedResult } from '../../src/domain/entry.ts'
import type { Redactor } from '../../src/domain/redactor.ts'
import { seededRandom } from '../../src/models/baselines/seeded-random.ts'
import { carriedResult, resultEvidence } from '../../src/record/result-evidence.ts'

/** What is known of a client: `reference` facts of how each names tools and what it sends with a call. */
export interface Client {
  readonly name: string
  /** A tool's name for the model. */
  readonly names: (server: string, tool: string) => string
  readonly sends: 'call id' | 'conversation' | 'nothing'
  /** Calls of one turn reach the servers in another order. */
  readonly reorders?: true
  /** Converts arguments to the schema: `"7"` to 7. */
  readonly coerces?: true
  /** Does not send what breaks the schema. */
  readonly drops?: true
  /** What it tells the model of a result; to the letter unless said. */
  readonly tells?: (text: string, data: string) => string
}

export const clients: readonly Client[] = [
  {
    name: 'Claude Code',
    names: (server, tool) => `mcp__${server}__${tool}`,
    sends: 'call id',
    coerces: true,
    tells: (_, data) => `${data}\n\n<system-reminder>\n14 tokens left\n</system-reminder>`,
  },
  {
    name: 'Codex',
    names: (server, tool) => `${server}__${tool}`,
    sends: 'call id',
    tells: (_, data) => `Wall time: 0.01 seconds\nOutput:\n${data}`,
  },
  {
    name: 'session in the environment',
    names: (server, tool) => `mcp__${server}__${tool}`,
    sends: 'conversation',
  },
  {
    name: 'Copilot CLI',
    names: (server, tool) => `${server}-${tool}`,
    sends: 'nothing',
    reorders: true,
    tells: (text, data) => `${text}\n\n${data}`,
  },
  {
    name: 'Gemini CLI',
    names: (server, tool) => `mcp_${server}_${tool}`,
    sends: 'nothing',
    drops: true,
    tells: (text) => `<untrusted_context>\n${text}\n</untrusted_context>`,
  },
  { name: 'opencode', names: (server, tool) => `${server}_${tool}`, sends: 'nothing' },
  {
    name: 'Qwen Code',
    names: (_, tool) => tool,
    sends: 'nothing',
    tells: (text, data) => `${data}\n${text}`,
  },
]

export interface Traffic {
  readonly spans: readonly JoinSpan[]
  /** The decision behind each call. */
  readonly truth: ReadonlyMap<string, string>
}

/** What is the same has the same fingerprint: itself. */
const legible: Redactor = { json: (text) => text, text: (text) => text, fingerprint: (text) => text }

const servers = { files: ['read', 'write_file'], 'bug-tracker': ['lookup', 'read'] } as const
const none = {
  parent: null,
  server: null,
  outcome: 'ok',
  principal: 'home',
  callId: null,
  traceId: null,
  conversation: {},
  argumentsHash: null,
  coercedArgumentsHash: null,
  resultHashes: [],
  carriedResults: [],
  messagesHash: null,
  earlierMessagesHash: null,
  responseId: null,
  innerTool: null,
  innerArgumentsHash: null,
  promptHashes: [],
  textHashes: [],
} as const

/**
 * Three conversations of one client at once, each of so many turns with one to three calls: some of them identical, some lost on
 * the way, arguments that something rewrote on it, results that repeat. Of the third one only the calls were recorded: they have no decision.
 */
export function trafficOf(client: Client, seed: number, turns = 30): Traffic {
  const random = seededRandom(seed, client.name)
  const truth = new Map<string, string>()
  const spans: JoinSpan[] = []
  let ids = 0
  for (const conversation of ['one', 'two', 'unseen']) {
    const isSeen = conversation !== 'unseen'
    let at = Date.UTC(2026, 10, 20) + random.below(500)
    let carried: JoinSpan['carriedResults'] = []
    for (let turn = 0; turn < turns; turn++) {
      const model = `model-${conversation}-${turn}`
      const own = client.sends === 'conversation' ? { 'x-claude-code-session-id': conversation } : {}
      const place = { session: `model-${conversation}`, chain: model, conversation: own }
      if (isSeen)
        spans.push({
          ...none,
          ...place,
          span: model,
          kind: 'model',
          atMs: at,
          name: 'm',
          carriedResults: carried,
        })
      const answered: CarriedResult[] = []
      const calls: JoinSpan[] = []
      const count = 1 + random.below(3)
      for (let nth = 0; nth < count; nth++) {
        ids += 1
        const [server, tools] = random.pick(Object.entries(servers)) ?? ['files', ['read']]
        const tool = random.pick(tools) ?? 'read'
        // Few different arguments: some calls of a turn, and of both conversations, are the same.
        const given = `${tool} ${random.below(12)}`
        const isText = random.chance(0.2)
        const callId = client.sends === 'call id' ? `call_${String(ids).padStart(20, '0')}` : `call_${ids}`
        const decision = `decision-${ids}`
        const decided = {
          ...none,
          ...place,
          span: decision,
          parent: model,
          kind: 'decision',
          atMs: at + 200,
        } as const
        const hashes = isText
          ? { argumentsHash: `"${given}"`, coercedArgumentsHash: given }
          : { argumentsHash: given, coercedArgumentsHash: null }
        if (isSeen) spans.push({ ...decided, name: client.names(server, tool), callId, ...hashes })
        const isLost = random.chance(0.05) || (client.drops === true && isText)
        const result = random.chance(0.1) ? 'result ok' : `result ${given} ${random.below(1000)}`
        const structured = { result }
        const told = client.tells?.(result, JSON.stringify(structured)) ?? result
        answered.push(carriedResult({ callId, text: isLost ? 'an error' : told }, legible))
        const { resultHash = '', structuredResultHash = '' } = resultEvidence(
          { text: result, structured },
          100,
          legible,
        )
        if (isLost) continue
        if (isSeen) truth.set(`tool-${ids}`, decision)
        calls.push({
          ...none,
          span: `tool-${ids}`,
          session: `${server}-${conversation}`,
          chain: `tool-${ids}`,
          kind: 'tool',
          atMs: at + 220 + nth * 10,
          server,
          name: `${server}/${tool}`,
          callId: client.sends === 'call id' ? callId : null,
          conversation: client.sends === 'conversation' ? { CLAUDE_CODE_SESSION_ID: conversation } : {},
          argumentsHash: random.chance(0.05)
            ? `rewritten ${ids}`
            : isText && client.coerces !== true
              ? `"${given}"`
              : given,
          resultHashes: [resultHash, structuredResultHash],
        })
      }
      const times = calls.map(({ atMs }) => atMs)
      const ordered = client.reorders ? [...calls].reverse() : calls
      spans.push(...ordered.map((call, index) => ({ ...call, atMs: times[index] ?? call.atMs })))
      carried = answered
      at += 300 + random.below(500)
    }
  }
  return { spans, truth }
}
