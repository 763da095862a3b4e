/** Names whose value is a secret whatever it looks like, by kind. Spaces stand for any or no separator. */
const nouns: Readonly<Record<string, readonly string[]>> = {
  password: ['password', 'passwd', 'passphrase', 'passcode', 'pwd'],
  secret: ['secret'],
  token: ['token'],
  'api-key': ['api key', 'account key', 'subscription key'],
  'secret-key': ['secret key', 'access key', 'signing key', 'encryption key', 'master key', 'shared key'],
  'private-key': ['private key'],
  authorization: ['authorization'],
  cookie: ['cookie'],
  credential: ['credential'],
  'request-state': ['request state'],
}

/** Too short or too common to be found at the end of a longer word (`compass`, `basicAuth`). */
const wholeWords: Readonly<Record<string, RegExp>> = {
  password: /(?:^|[-_. ])pass$|[a-z0-9]Pass$|(?:^|_)PASS$/,
  token: /(?:^|[-_. ])(?:jwt|JWT)$/,
  authorization: /^_?auth$/,
}

/** Counters, cursors and a tokenizer's special tokens; `tokens` in the plural are language-model tokens. */
const benignName =
  /tokens$|(?:page|pagination|continuation|next|prev|previous|progress|cancell?ation|cancel|sync|stop|start|end|eos|bos|pad|unk|mask|sep|cls|max|min|input|output|total|special|first|last|per)token$/

const kinds = Object.keys(nouns)
const patterns = Object.values(nouns).map((list) =>
  list.map((noun) => noun.split(' ').map(anyCase).join('[-_. ]?')).join('|'),
)
const decoration = 'value text plain string raw hash key header data base64 b64 hex'
  .split(' ')
  .map(anyCase)
  .join('|')
const secretName = new RegExp(
  `(?:${patterns.map((p) => `(${p})`).join('|')})[sS]?(?:[-_. ]?(?:${decoration}))*$`,
)

/** What follows the noun in names and words of ours that are in nearly every trial, and lead to no secret by the rules above. */
const benignTails: Readonly<Record<string, string>> = {
  token: '(?![sS](?:"[:,]|Estimated":| (?:of|in) ))',
  credential: '(?!Id":)',
}

/** Sources that match in raw text wherever a secret-sounding name may stand, in any case, separated or not. */
export const nounPatterns = kinds.flatMap((kind, index) =>
  (patterns[index] ?? '').split('|').map((pattern) => pattern + (benignTails[kind] ?? '')),
)
export const wholeWordPatterns = ['pass', 'jwt', 'auth'].map(anyCase)

/** The kind of secret that a value under this name is, or null: `DB_PASSWORD` is a password, `maxTokens` is nothing. */
export function secretNameKind(name: string): string | null {
  const end = name.slice(-128)
  const match = secretName.exec(end)
  if (match === null) return Object.entries(wholeWords).find(([, pattern]) => pattern.test(end))?.[0] ?? null
  const plain = end.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
  if (benignName.test(plain)) return null
  return kinds[match.findIndex((group, index) => index > 0 && group !== undefined) - 1] ?? null
}

/** The source of a pattern for a word in any case: the flag `i` would hold for the whole of a combined pattern. */
export function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)
}
