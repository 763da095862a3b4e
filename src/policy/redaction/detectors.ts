import { anyQuote, assignmentSign, codedSign, locateAssignment } from './assignment.ts'
import { anyCase, nounPatterns, wholeWordPatterns } from './key-names.ts'
import type { Span } from './span.ts'

/**
 * One kind of secret. Patterns are tried only where a hint matched, and are linear: no run is unbounded (a regular
 * expression that backtracks over megabytes overflows its stack), and what may fail never follows a run that can start
 * inside itself.
 */
export interface Detector {
  readonly kind: string
  /** Source of a regular expression without capture groups, at the secret or at what leads to it. */
  readonly pattern: string
  /** Sources that match where every match of the pattern begins, in raw JSON too, where quotes and slashes are escaped. */
  readonly hints: readonly string[]
  /** Narrows a match to the secrets in it; none refuses it. Without it, the match is the secret. */
  readonly locate?: (text: string, start: number, end: number) => readonly Span[]
}

/** Escapes whose last letter touches what follows: a line break in raw JSON, any character by its number, a terminal's colour. */
const colour = '(?:\\u001b|\\\\u001[bB]|\\\\x1[bB]|\\\\e|\\\\033)\\[[\\d;]{0,16}m'
const afterEscape = `(?<=\\\\(?:[nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|${colour})`
/** Not inside a word. */
export const edge = `(?:(?<![A-Za-z0-9])|${afterEscape})`
/** As `edge`, for runs that may hold `-` and `_` and must be followed by something. */
const runEdge = `(?:(?<![\\w-])|${afterEscape})`
const schemeSlashes = ':\\\\{0,8}/\\\\{0,8}/'
const httpClient = `${edge}(?:curl|http|https|xh)`
const userAndPassword = [
  // Without the escaped line break after it, in JSON within JSON.
  '[^\\s:"\']{1,128}:(?:[^\\s"\'\\\\]|\\\\{1,8}(?![nrt"\'\\\\])){1,1024}',
  ...['"', "'"].map((quote) => `${quote}[^\\s:${quote}]{1,128}:[^${quote}\\r\\n]{1,1024}`),
]
const queryValue = '=[^\\s&#"\'<>\\\\[\\]]{8,1024}'

/** A token told by its prefix. */
function prefixed(kind: string, prefix: string, rest: string): Detector {
  return { kind, pattern: `${edge}${prefix}${rest}`, hints: [prefix] }
}

/** In order of preference where two match at one place. */
export const detectors: readonly Detector[] = [
  {
    kind: 'private-key',
    // Base64 and headers, escaped or not, to the end or as far as they go; code that names the marker has none.
    pattern:
      '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\\w\\s+/=:,\\\\]|-(?!----)){16,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?',
    hints: ['-----BEGIN '],
  },
  {
    ...prefixed('aws-access-key-id', '(?:AKIA|ASIA)', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
    locate: (text, start, end) => [{ start, end, kind: 'aws-access-key-id' }, ...awsSecretAfter(text, end)],
  },
  prefixed('github-token', 'gh[pousr]_', '[A-Za-z0-9]{20,1024}'),
  prefixed('github-token', 'github_pat_', '\\w{20,1024}'),
  prefixed('gitlab-token', 'gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt)-', '[\\w-]{20,1024}'),
  prefixed('slack-token', 'xox[abeoprs]-', '[A-Za-z0-9-]{10,1024}'),
  prefixed('slack-token', 'xapp-', '[A-Za-z0-9-]{10,1024}'),
  prefixed('slack-webhook', 'hooks\\.slack\\.com', '\\\\{0,8}/services(?:\\\\{0,8}/\\w{6,64}){2,4}'),
  prefixed('stripe-key', '(?:sk|rk)_(?:live|test)_', '[A-Za-z0-9]{10,1024}'),
  prefixed('stripe-webhook-secret', 'whsec_', '[A-Za-z0-9]{20,1024}'),
  prefixed('anthropic-key', 'sk-ant-', '[\\w-]{16,1024}'),
  prefixed('openai-key', 'sk-(?:proj|svcacct|admin|or-v1)-', '[\\w-]{20,1024}'),
  prefixed('openai-key', 'sk-', '[A-Za-z0-9]{20,1024}'),
  prefixed('google-api-key', 'AIza', '[\\w-]{35}(?![\\w-])'),
  // Keys that AI Studio makes since 2026.
  prefixed('google-api-key', 'AQ\\.', '[\\w-]{32,1024}'),
  prefixed('google-oauth-secret', 'GOCSPX-', '[\\w-]{20,1024}'),
  prefixed('google-oauth-token', 'ya29\\.', '[\\w-]{20,2048}'),
  prefixed('npm-token', 'npm_', '[A-Za-z0-9]{36}'),
  prefixed('pypi-token', 'pypi-', '[\\w-]{32,1024}'),
  prefixed('huggingface-token', 'hf_', '[A-Za-z0-9]{30,1024}'),
  prefixed('digitalocean-token', 'do[opr]_v1_', '[0-9a-f]{64}'),
  prefixed('docker-token', 'dckr_(?:pat|oat)_', '[\\w-]{20,1024}'),
  prefixed('shopify-token', 'shp(?:at|ca|pa|ss)_', '[0-9a-fA-F]{32}'),
  prefixed('sendgrid-key', 'SG\\.', '[\\w-]{16,32}\\.[\\w-]{16,64}'),
  prefixed('twilio-key', 'SK', '[0-9a-f]{32}(?![A-Za-z0-9])'),
  {
    kind: 'jwt',
    pattern: `${runEdge}eyJ[\\w-]{5,16384}\\.[\\w-]{4,16384}\\.[\\w-]{0,16384}(?:\\.[\\w-]{1,16384}){0,2}`,
    hints: ['eyJ[\\w-]{5}'],
  },
  {
    kind: 'url-password',
    pattern: `${schemeSlashes}[^\\s/:@"'<>]{0,128}:[^\\s/"'<>]{1,4096}@`,
    hints: [`${schemeSlashes}[^\\s/:@"'<>]{0,128}:[^\\s/"'<>]{1,4096}@`],
    locate: (text, start, end) => secretAfter(':', 'url-password', text, start + 1, end - 1),
  },
  {
    kind: 'url-key',
    pattern: `[?&]${anyCase('key')}${queryValue}`,
    hints: [`[?&]${anyCase('key')}=`],
    locate: (text, start, end) => secretAfter('=', 'url-key', text, start, end),
  },
  {
    kind: 'url-signature',
    pattern: `(?<=[?&][\\w-]{0,12})${anyCase('sig')}(?:${anyCase('nature')})?${queryValue}`,
    hints: [`${anyCase('sig')}(?:${anyCase('nature')})?=`],
    locate: (text, start, end) => secretAfter('=', 'url-signature', text, start, end),
  },
  {
    kind: 'bearer-token',
    pattern: `${edge}${anyCase('bearer')} {1,4}[\\w.~+/=-]{8,16384}`,
    hints: [`${anyCase('bearer')} `],
    // Prose has "bearer authentication"; a token has a digit, or is too long for a word.
    locate: (text, start, end) =>
      secretAfter(' ', 'bearer-token', text, start, end).filter(
        (span) => span.end - span.start >= 24 || /\d/.test(text.slice(span.start, span.end)),
      ),
  },
  {
    kind: 'basic-credentials',
    pattern: `${edge}${anyCase('basic')} {1,4}[A-Za-z0-9+/_-]{6,4096}={0,2}`,
    hints: [`${anyCase('basic')} {1,4}[A-Za-z0-9+/_-]{6}`],
    locate: (text, start, end) =>
      secretAfter(' ', 'basic-credentials', text, start, end).filter((span) =>
        isUserAndPassword(text.slice(span.start, span.end)),
      ),
  },
  {
    kind: 'password',
    // Elsewhere `-u` is an owner and a group.
    pattern: `(?<=${httpClient}[^\\r\\n;|]{0,256} )(?:-u|--user)[ =](?:${userAndPassword.join('|')})`,
    hints: ['(?:-u|--user)[ =]'],
    locate: (text, start, end) => secretAfter(':', 'password', text, start, end),
  },
  {
    kind: 'assignment',
    pattern: `(?:${[...nounPatterns, ...wholeWordPatterns].join('|')})[\\w-]{0,24}${assignmentSign}`,
    hints: [
      ...nounPatterns,
      ...wholeWordPatterns.map((word) => `${word}(?:${anyQuote}|\\\\{0,8})\\s*(?:[:=,]|${codedSign})`),
    ],
    locate: (text, start, end) => locateAssignment(text, start, end),
  },
]

/** A credentials file or a CSV puts the secret right after its id, without a name. */
function awsSecretAfter(text: string, end: number): readonly Span[] {
  const match = /^([^A-Za-z0-9/+]{1,8})[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/.exec(text.slice(end, end + 64))
  if (match === null) return []
  const start = end + (match[1] ?? '').length
  return [{ start, end: start + 40, kind: 'aws-secret-access-key' }]
}

function secretAfter(mark: string, kind: string, text: string, start: number, end: number): readonly Span[] {
  let from = text.indexOf(mark, start) + 1
  while (text[from] === mark && from < end) from++
  return from < end && !text.startsWith('[redacted:', from) ? [{ start: from, end, kind }] : []
}

function isUserAndPassword(base64: string): boolean {
  return /^[\x20-\x7e\u00a0-\uffff]*:[\x20-\x7e\u00a0-\uffff]*$/.test(
    Buffer.from(base64, 'base64').toString('utf8'),
  )
}
