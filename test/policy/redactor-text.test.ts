import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/policy/redactor.ts'
import { plants, word } from './redaction/secrets.ts'

const redactor = createRedactor(Buffer.alloc(32, 1))

describe('a redactor, on text', () => {
  it.each([
    ['password: correcthorse', 'password: ', ''],
    ['export TOKEN=abc123 && ls', 'export TOKEN=', ' && ls'],
    ['PGPASSWORD="two words" psql', 'PGPASSWORD="', '" psql'],
    ['Cookie: a=b; c=d\nHost: x', 'Cookie: ', '\nHost: x'],
    ['"{\\"password\\":\\"p w\\"}"', '"{\\"password\\":\\"', '\\"}"'],
    ['-H "Authorization: Bearer xyz" x', '-H "Authorization: Bearer ', '" x'],
    ['postgres://u:p@ss@db/x', 'postgres://u:', '@db/x'],
    ['password=$ecret!', 'password=', ''],
    ['redis://:secret-ish@h', 'redis://:', '@h'],
    ['<password>two words</password>', '<password>', '</password>'],
    ['<db:clientSecret>\n  a&amp;b</db:clientSecret>', '<db:clientSecret>\n  ', '</db:clientSecret>'],
    ['{&quot;password&quot;:&quot;two words&quot;}', '{&quot;password&quot;:&quot;', '&quot;}'],
    ['&#34;auth&#34;: &#34;ab&#34;', '&#34;auth&#34;: &#34;', '&#34;'],
    ['&#034;password&#034;:&#034;a b&#034;', '&#034;password&#034;:&#034;', '&#034;'],
    ['&#X22;auth&#X22;&#58;&#X22;ab&#X22;', '&#X22;auth&#X22;&#58;&#X22;', '&#X22;'],
    ['&amp;quot;jwt&amp;quot;:&amp;quot;a b&amp;quot;', '&amp;quot;jwt&amp;quot;:&amp;quot;', '&amp;quot;'],
    ['"\\x22password\\x22\\x3a\\x22a b\\x22"', '"\\x22password\\x22\\x3a\\x22', '\\x22"'],
    ['password&#x3D;correcthorse x', 'password&#x3D;', ' x'],
    ['token=&apos;a b&apos; x', 'token=&apos;', '&apos; x'],
    ['&lt;db:secret&gt;a b&lt;/db:secret&gt;', '&lt;db:secret&gt;', '&lt;/db:secret&gt;'],
    ['{\\u0022password\\u0022:\\u0022p w\\u0022}', '{\\u0022password\\u0022:\\u0022', '\\u0022}'],
    ['curl -sS -u ada:pw:1 https://x', 'curl -sS -u ada:', ' https://x'],
    [`curl --user 'ada:p w' https://x`, `curl --user 'ada:`, `' https://x`],
    ['https:\\/\\/u:pw@h', 'https:\\/\\/u:', '@h'],
  ])('takes out the secret alone: %s', (text, before, after) => {
    const redacted = redactor.text(text)
    expect(redacted.startsWith(`${before}[redacted:`)).toBe(true)
    expect(redacted.endsWith(`]${after}`)).toBe(true)
  })

  it.each([
    ['Cookie: session=', '\nHost: x', 6_000],
    ['Cookie: a="1"; b=2; session=', '\nHost: x', 20],
    ['Cookie: a=1; b="2"; session=', '\nHost: x', 20],
    ['Authorization: Negotiate ', '\nHost: x', 9_000],
    ['Authorization: Bearer ', '\nHost: x', 20_000],
    ['access_token=', '&x=1', 5_000],
    ['PASSWORD="', '" x', 5_000],
    ['ghp_', ' x', 1_200],
    ['https://x/?X-Amz-Signature=', '&x=1', 1_200],
    ['postgres://u:', '@db/x', 900],
  ])('takes out all of a long secret: %s', (before, after, length) => {
    const secret = word(length)
    const redacted = redactor.text(before + secret + after)
    expect(redacted).not.toContain(secret.slice(-12))
    expect(redacted.endsWith(`]${after}`)).toBe(true)
    expect(redactor.json(JSON.stringify({ text: before + secret + after }))).not.toContain(secret.slice(-12))
  })

  it.each([
    'Args:\n  token: str\n  password: The password to use, required',
    'token = getToken()',
    'let token = source[index]; exports.Credentials = exports.Secret = void 0;',
    `console.log('password:', name, 'end')`,
    `if (pem.startsWith('-----BEGIN PRIVATE KEY-----')) return`,
    'password == other',
    '&lt;label for=&quot;password&quot;&gt;Password&lt;/label&gt; all&lt;Token&gt; of',
    'a &amp;quot;token&amp;quot; is what you need; password&#x3D;&#x3D; other; pass\\x22es',
    'const found: Map<Token> = all.get(1) // </p>',
    '<label for="password">Password</label><password/><token>\n</other>',
    'docker run -u 1000:1000 curl; curl https://x/y; chown -u ada:staff',
    'TOKEN=$TOKEN PASSWORD=$PASSWORD',
    'see https://example.com:8080/a@b and user@example.com',
    'max_tokens=1000 next_page_token=abcdefgh',
    'basic information about bearer tokens',
    'a task-something-long-with-hyphens-in-it',
  ])('leaves alone: %s', (text) => {
    expect(redactor.text(text)).toBe(text)
  })

  it('finds the secret of an AWS key right after its id', () => {
    const secret = word(40)
    expect(redactor.text(`AKIA${'A'.repeat(15)}7,${secret}\n`)).toMatch(
      /^\[redacted:aws-access-key-id:[0-9a-f]{12}\],\[redacted:aws-secret-access-key:[0-9a-f]{12}\]\n$/,
    )
  })

  it('tells the kind of each secret', () => {
    for (const plant of plants) {
      const { kind, text, secret } = plant()
      expect(redactor.text(text)).toContain(`[redacted:${kind}:`)
      expect(redactor.text(text)).not.toContain(secret)
    }
  })

  it('finds what is percent-encoded, once or twice, or stands after an escape, and it is the same secret', () => {
    for (const plant of plants) {
      const { text, secret } = plant()
      const [placeholder = ''] = /\[redacted:.*?\]/.exec(redactor.text(text)) ?? []
      const [, hash = ''] = /:([0-9a-f]{12})\]/.exec(placeholder) ?? []
      const encoded = encodeURIComponent(`a b&${text}`)
      for (const each of [encoded, encodeURIComponent(encoded)]) {
        const told = redactor.text(`https://x/?to=${each}`)
        expect(told).not.toContain(secret)
        expect([text, told]).toEqual([text, expect.stringContaining(hash)])
        expect(redactor.json(JSON.stringify({ at: each }))).not.toContain(secret)
      }
      for (const before of ['\u001b[1;32m', '\\u001b[32m', '\\x1b[0m', '\\u003d', '\\x3d'])
        expect(redactor.text(before + text)).toContain(hash)
    }
  })

  it('keeps what stands percent-encoded around a secret to the letter', () => {
    const secret = word(20)
    expect(redactor.text(`%C3%A9%2541%3Dkey%26pass%77ord%3D${secret}%26%22é%`)).toMatch(
      /^%C3%A9%2541%3Dkey%26pass%77ord%3D\[redacted:password:[0-9a-f]{12}\]%26%22é%$/,
    )
  })

  it('takes time in proportion to the text, and never overflows, however hostile', () => {
    const size = 400_000
    const hostile = [
      'a',
      'eyJ.',
      'eyJaaaaaa-',
      'eyJaaaaa.',
      'sk-',
      '-----BEGIN PRIVATE KEY-----',
      '<password>',
      'curl -u a',
      'max_token=',
      '://a:',
      'bearer ',
      'password="',
      '--token ',
      'AKIA',
      '\\',
      'cookie:a=b;',
      '[redacted:',
      '{"token":',
      '%3D',
      '%25',
      '%3Dtoken%3D',
      '\u001b[32m',
    ]
    for (const unit of hostile) {
      const text = unit.repeat(size / unit.length)
      // Others may have the processor meanwhile.
      const before = process.cpuUsage()
      redactor.text(text)
      redactor.json(JSON.stringify({ text }))
      expect([unit, process.cpuUsage(before).user < 2_000_000]).toEqual([unit, true])
    }
    expect(() => redactor.text(`sk-${'a'.repeat(20_000_000)}`)).not.toThrow()
  })
})

describe('placeholders and fingerprints', () => {
  it('join equal secrets across texts, kinds and shapes, and tell different ones apart', () => {
    const digest = (text: string) => /:([0-9a-f]{12})\]/.exec(text)?.[1]
    const secret = word(20)
    const digests = [
      digest(redactor.text(`password=${secret}`)),
      digest(redactor.json(JSON.stringify({ api_key: secret }))),
      digest(redactor.json(JSON.stringify({ headers: { Authorization: `Bearer ${secret}` } }))),
      digest(redactor.text(`https://u:${secret}@h`)),
    ]
    expect(new Set(digests).size).toBe(1)
    expect(digest(redactor.text(`password=${word(20)}`))).not.toBe(digests[0])
  })

  it('depend on the key', () => {
    const other = createRedactor(Buffer.alloc(32, 2))
    expect(other.text('password=hunter2')).not.toBe(redactor.text('password=hunter2'))
    expect(other.fingerprint('a')).not.toBe(redactor.fingerprint('a'))
  })

  it('a fingerprint is 64 hex digits, and says nothing of a placeholder', () => {
    expect(redactor.fingerprint('hunter2')).toMatch(/^[0-9a-f]{64}$/)
    expect(redactor.text('password=hunter2')).not.toContain(redactor.fingerprint('hunter2').slice(0, 12))
  })
})

it('an element that is cut off anywhere keeps nothing of its secret', () => {
  const whole = '<db><dbPassword>X3eWAUl4pfDvQ7</dbPassword>'
  for (let length = whole.indexOf('X3') + 3; length < whole.length; length++)
    expect(redactor.text(whole.slice(0, length))).toMatch(/^<db><dbPassword>\[redacted:/)
})
