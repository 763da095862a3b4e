import { isJsonObject, type Json } from '../../domain/json.ts'
import type { DefinedTool } from './defined-tool.ts'

/** Text of a tool's definition that speaks to the model about something else than how to call the tool. */
export interface Instruction {
  readonly tool: string
  /** `description`, or where in the schemas or annotations it stands. */
  readonly where: string
  readonly kind: Kind
  /** What was found, as it stands there. */
  readonly quote: string
}

type Kind =
  | 'overrides instructions'
  | 'hides from the user'
  | 'commands other tools'
  | 'sends data elsewhere'
  | 'asks for secrets'
  | 'speaks as the system'
  | 'hidden characters'

/**
 * What is looked for, and nothing else: a heuristic, made to be silent about honest servers. What it does not find is not
 * thereby harmless.
 */
const rules: readonly (readonly [Kind, RegExp])[] = [
  [
    'overrides instructions',
    /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|preceding|system|safety|all other|user'?s)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|messages?|guidelines?|polic(?:y|ies)|requests?)\b/iu,
  ],
  [
    'hides from the user',
    /\b(?:do not|don'?t|never|must not|without)\s+(?:ever\s+)?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing))\b[^.\n]{0,60}\b(?:users?|humans?|anyone|person)\b|\b(?:hide|conceal|keep)\b[^.\n]{0,40}\b(?:from the (?:user|human)|secret from)\b|\bwithout (?:asking|confirming with|the knowledge of) (?:the )?(?:user|human)\b/iu,
  ],
  [
    'commands other tools',
    /\b(?:before|instead of|after|whenever)\b[^.\n]{0,30}\b(?:using|calling|invoking|running|you use|you call)?\s*\b(?:any|every|all)(?: of the)?(?: other)? tools?\b|\bwhenever you (?:use|call|invoke)\b[^.\n]{0,60}\btools?\b/iu,
  ],
  [
    'sends data elsewhere',
    /\b(?:send|forward|post|upload|e-?mail|transmit|exfiltrate|bcc|append|include|attach|copy)\b[^.\n]{0,60}\b(?:conversation|chat history|previous messages|system prompt|credentials?|passwords?|api[ _-]?keys?|secrets?|private keys?|files? contents?|contents? of)\b[^\n]{0,80}(?:https?:\/\/\S+|[\w.+-]+@[\w-]+\.[a-z]{2,})/iu,
  ],
  [
    'asks for secrets',
    /~\/\.ssh\b|\bid_(?:rsa|ed25519)\b|\.aws\/credentials\b|\/etc\/(?:passwd|shadow)\b|~\/\.cursor\/|\b(?:claude_desktop_config|mcp)\.json\b|\b(?:pass|include|provide|put|send)\b[^.\n]{0,40}\b(?:system prompt|conversation history|chat history)\b/iu,
  ],
  [
    'speaks as the system',
    /<\/?important\b[^>]{0,40}>|<(system|instructions?|secret|assistant|admin|hidden)\b[^>]{0,40}>[\s\S]{0,4000}?<\/\1>|<\|(?:im_start|im_end|system|endoftext)\|>|\[\/?INST\]|^\s*#{0,4}\s*(?:system|assistant)\s*:/imu,
  ],
  // Tags that nobody sees, writing that is turned around, spaces without width, escapes of a terminal.
  [
    'hidden characters',
    /[\u{e0000}-\u{e007f}\u202a-\u202e\u2066-\u2069\u200b\u2060\u001b]|[\u{e0100}-\u{e01ef}\ufe00-\ufe0e]{3,}/u,
  ],
]

/** `others`: names of the tools of other servers, which a tool has no business to speak of. */
export function instructionsIn(tool: DefinedTool, others: ReadonlySet<string>): readonly Instruction[] {
  return textsOf(tool).flatMap(({ where, text }) => {
    const found = rules.flatMap(([kind, rule]) => {
      const [quote] = rule.exec(text) ?? []
      return quote === undefined
        ? []
        : [{ tool: tool.name, where, kind, quote: quote.trim().slice(0, 120) || quote }]
    })
    const named = foreignTool(text, others)
    return named === null || found.some(({ kind }) => kind === 'commands other tools')
      ? found
      : [...found, { tool: tool.name, where, kind: 'commands other tools' as const, quote: named }]
  })
}

function textsOf({ description, inputSchema, outputSchema, annotations }: DefinedTool) {
  return [
    { where: 'description', text: description },
    ...strings(inputSchema, 'inputSchema'),
    ...strings(outputSchema ?? {}, 'outputSchema'),
    ...strings(annotations, 'annotations'),
  ]
}

function strings(value: Json, where: string): readonly { readonly where: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ where, text: value }]
  if (Array.isArray(value)) return value.flatMap((each) => strings(each, where))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, each]) => [
    { where, text: name },
    ...strings(each, `${where}.${name}`),
  ])
}

const orders = /\b(?:must|always|never|instead of|before|when(?:ever)?|do not|don't)\b/iu
/** A name that is also a word says nothing: `search`. */
const isDistinct = (name: string) => name.length >= 6 && /[_-]|[a-z][A-Z]/.test(name)

/** The sentence that gives orders about a tool of another server. */
function foreignTool(text: string, others: ReadonlySet<string>): string | null {
  for (const sentence of text.split(/[.\n]/)) {
    if (!orders.test(sentence)) continue
    const words = sentence.match(/[A-Za-z][\w-]+/g) ?? []
    if (words.some((word) => isDistinct(word) && others.has(word))) return sentence.trim().slice(0, 120)
  }
  return null
}
