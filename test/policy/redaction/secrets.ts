import { randomBytes } from 'node:crypto'
import { type Random, seededRandom } from '../../../src/models/baselines/seeded-random.ts'

/** One planted secret: the text that holds it, the part that must not survive, and the kind it is reported as. */
export interface Planted {
  readonly kind: string
  readonly text: string
  readonly secret: string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

let random = seededRandom(randomBytes(4).readUInt32BE())

/** From here on all secrets follow from the seed. */
export function seedSecrets(seed: number): Random {
  random = seededRandom(seed)
  return random
}

/** Letters and digits, at least one digit among them. */
export function word(length: number, from = alphabet): string {
  const letters = Array.from({ length }, () => from.charAt(random.below(from.length))).join('')
  return `${letters.slice(0, length - 1)}7`
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const digits = '0123456789'
const hex = `${digits}abcdef`
const same = (kind: string, secret: string): Planted => ({ kind, text: secret, secret })
const base64 = (text: string) => Buffer.from(text).toString('base64url')

/** A fresh secret of each kind; none was ever anybody's. Prefixes are joined here so that no scanner takes this file for a leak. */
export const plants: readonly (() => Planted)[] = [
  () => same('aws-access-key-id', `AKIA${word(16, upper)}`),
  () => ({ ...assigned('aws_secret_access_key=', word(40)), kind: 'secret-key' }),
  () => same('github-token', `gh${'p_'}${word(36)}`),
  () => same('github-token', `github_${'pat_'}${word(40)}`),
  () => same('gitlab-token', `glpat${'-'}${word(20)}`),
  () => same('slack-token', `xox${'b-'}${word(12)}-${word(24)}`),
  () => same('stripe-key', `sk_${'live_'}${word(24)}`),
  () => same('openai-key', `sk-${'proj-'}${word(40)}`),
  () => same('openai-key', `sk-${word(48)}`),
  () => same('anthropic-key', `sk-${'ant-'}api03-${word(40)}`),
  () => same('google-api-key', `AIza${word(35)}`),
  () => same('google-api-key', `AQ${'.'}Ab8${word(47)}`),
  () => same('npm-token', `npm${'_'}${word(36)}`),
  () => same('pypi-token', `pypi${'-'}${word(60)}`),
  () => same('sendgrid-key', `SG.${word(22)}.${word(43)}`),
  () => same('twilio-key', `SK${word(32, hex)}`),
  () => same('slack-webhook', `hooks.slack.com/services/T${word(10, upper)}/B${word(10, upper)}/${word(24)}`),
  () => same('stripe-webhook-secret', `whsec${'_'}${word(32)}`),
  () => same('google-oauth-secret', `GOCSPX${'-'}${word(28)}`),
  () => same('google-oauth-token', `ya29${'.'}${word(80)}`),
  () => same('digitalocean-token', `dop_${'v1_'}${word(64, hex)}`),
  () => same('docker-token', `dckr_${'pat_'}${word(27)}`),
  () => same('shopify-token', `shpat${'_'}${word(32, hex)}`),
  () => {
    const secret = word(40)
    return { kind: 'aws-access-key-id', text: `AKIA${word(16, upper)},${secret}`, secret }
  },
  () => same('huggingface-token', `hf${'_'}${word(34)}`),
  () =>
    same(
      'jwt',
      `eyJ${base64('{"alg":"HS256"}').slice(3)}.eyJ${base64(`{"sub":"${word(9)}"}`).slice(3)}.${word(43)}`,
    ),
  () => {
    const body = `${word(64)}\n${word(64)}\n${word(20)}==`
    const key = `-----BEGIN RSA PRIVATE ${'KEY'}-----\n${body}\n-----END RSA PRIVATE ${'KEY'}-----`
    return { kind: 'private-key', text: key, secret: body }
  },
  () => ({ ...assigned('Authorization: Bearer ', word(32)), kind: 'authorization' }),
  () => ({ ...assigned('curl -u x -H "X: Bearer ', word(32)), kind: 'bearer-token' }),
  () => ({
    ...assigned('Basic ', Buffer.from(`ada:${word(12)}`).toString('base64')),
    kind: 'basic-credentials',
  }),
  () => {
    const secret = word(16)
    return { kind: 'url-password', text: `postgres://ada:${secret}@db.example/x`, secret }
  },
  () => ({ ...assigned('https://api.example/v1?q=a&key=', word(24)), kind: 'url-key' }),
  () => ({ ...assigned('https://api.example/v1?access_token=', word(24)), kind: 'token' }),
  () => ({ ...assigned('https://b.example/o?se=1&sig=', word(24)), kind: 'url-signature' }),
  () => ({ ...assigned('password=', word(12)), kind: 'password' }),
  () => ({ ...assigned('api_key: ', word(24)), kind: 'api-key' }),
  () => ({ ...assigned('login --password ', word(12)), kind: 'password' }),
  () => ({ ...assigned('curl -s -u ada:', word(14)), kind: 'password' }),
  () => {
    const secret = word(14)
    return { kind: 'password', text: `<db><dbPassword>${secret}</dbPassword></db>`, secret }
  },
  () => ({ ...assigned('Cookie: session=', `${word(24)}`), kind: 'cookie' }),
]

function assigned(before: string, secret: string): Planted {
  return { kind: '', text: `${before}${secret}`, secret }
}

/** Of what the section `redaction` of calltrail.yaml names. */
export const configured = {
  section:
    "redaction: { patterns: [{ kind: ticket, pattern: 'TCK-[0-9a-z]{12}' }], detect: [payment-card, iban, email, phone], names: [ssn, staff number] }",
  plants: [
    () => same('ticket', `TCK-${word(12, 'abcdefghij0123456789')}`),
    () => same('payment-card', withCheckDigit(`4${word(14, digits)}`)),
    () => same('iban', ibanOf(word(18, digits))),
    () => same('email', `${word(12).toLowerCase()}@mail.example`),
    () => same('phone', `+49${word(11, digits)}`),
    () => ({ ...assigned('ssn=', word(12)), kind: 'ssn' }),
    () => ({ ...assigned('staffNumber: ', word(12)), kind: 'staff-number' }),
  ] as readonly (() => Planted)[],
}

function withCheckDigit(number: string): string {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + Math.floor(value / 10) + (value % 10)
  }, 0)
  return `${number}${(10 - (sum % 10)) % 10}`
}

/** German: 18 digits, and the check digits before them. */
function ibanOf(account: string): string {
  const check = 98n - (BigInt(`${account}131400`) % 97n)
  return `DE${String(check).padStart(2, '0')}${account}`
}
