import { randomBytes } from 'node:crypto'

/** One planted secret: the text that holds it, the part that must not survive, and the kind it is reported as. */
export interface Planted {
  readonly kind: string
  readonly text: string
  readonly secret: string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits, at least one digit among them. */
export function word(length: number, from = alphabet): string {
  const letters = [...randomBytes(length)].map((byte) => from.charAt(byte % from.length)).join('')
  return `${letters.slice(0, length - 1)}7`
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const hex = '0123456789abcdef'
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
  () => ({ ...assigned('Cookie: session=', `${word(24)}`), kind: 'cookie' }),
]

function assigned(before: string, secret: string): Planted {
  return { kind: '', text: `${before}${secret}`, secret }
}
