import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseYaml } from '../../src/config/parse-yaml.ts'
import { defineRedaction, redactionSchema } from '../../src/config/redaction-config.ts'
import { validate } from '../../src/config/validate.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

const key = Buffer.alloc(32, 1)

async function redactorWith(text: string) {
  const document = parseYaml({ file: 'calltrail.yaml', folder: '/', text })
  return createRedactor(key, await defineRedaction(validate(redactionSchema, document), document))
}

const tickets = await redactorWith(`{ patterns: [{ kind: ticket, pattern: 'TCK-[0-9]{6}' }] }`)
const personal = await redactorWith('{ detect: [payment-card, iban, email, phone] }')
const named = await redactorWith('{ names: [ssn, Tax Id, geheimnis] }')
const all = await redactorWith(
  `{ patterns: [{ kind: ticket, pattern: 'TCK-[0-9]{6}' }, { kind: line, pattern: '^case .*$' }, { kind: word, pattern: '[yz]+' }],
     detect: [payment-card, iban, email, phone], names: [ssn] }`,
)
const hex = /(?<=\[redacted:[a-z-]+:)[0-9a-f]{12}/g
const text = ({ text }: { text(plain: string): string }, plain: string) => text(plain).replace(hex, '…')
const json = ({ json }: { json(source: string): string }, source: string) => json(source).replace(hex, '…')

describe('patterns of a user', () => {
  test.for<[fact: string, source: string, redacted: string]>([
    ['match in a string', '{"a":"see TCK-123456 now"}', '{"a":"see [redacted:ticket:…] now"}'],
    ['match in a name', '{"TCK-123456":1}', '{"[redacted:ticket:…]":1}'],
    ['match behind escapes', '{"a":"\\u0054CK\\u002d123456"}', '{"a":"[redacted:ticket:…]"}'],
    [
      'match in JSON inside a string',
      '{"a":"{\\"b\\":\\"\\\\u0054CK-123456\\"}"}',
      '{"a":"{\\"b\\":\\"[redacted:ticket:…]\\"}"}',
    ],
    ['match in what is said to be JSON and is not', '{"a":"TCK-123456', '{"a":"[redacted:ticket:…]'],
    [
      'leave the rest to the letter',
      '{ "n":1.0,"a":"TCK-1234","e":"\\u00e9"}',
      '{ "n":1.0,"a":"TCK-1234","e":"\\u00e9"}',
    ],
  ])('%s', ([, source, redacted]) => {
    expect(json(tickets, source)).toBe(redacted)
  })

  it('match in free text, more than once, and equal matches join', () => {
    const redacted = tickets.text('TCK-123456, TCK-654321 and TCK-123456')
    const [first, second, third] = redacted.match(/\[redacted:ticket:[0-9a-f]{12}\]/g) ?? []
    expect([first === third, first === second]).toEqual([true, false])
  })

  it('may ask for the ends of a string', async () => {
    const redactor = await redactorWith(`{ patterns: [{ kind: whole, pattern: '^[A-Z]{4}$' }] }`)
    expect(json(redactor, '{"a":"ABCD","b":"xABCD","c":["EFGH"]}')).toBe(
      '{"a":"[redacted:whole:…]","b":"xABCD","c":["[redacted:whole:…]"]}',
    )
    expect(text(redactor, 'ABCD')).toBe('[redacted:whole:…]')
  })

  it('never match inside a placeholder, and take what is around it', async () => {
    const redactor = await redactorWith(
      `{ patterns: [{ kind: any, pattern: 'note: .*' }, { kind: hex, pattern: '[0-9a-f]+' }] }`,
    )
    const password = 'password=hunter2hunter2'
    const redacted = text(redactor, `note: ${password} zzz`)
    expect(redacted).toBe('[redacted:any:…][redacted:password:…][redacted:any:…]')
  })

  it('take a time that is linear in the text', async () => {
    const redactor = await redactorWith(`{ patterns: [{ kind: slow, pattern: '(a+)+b' }] }`)
    const plain = 'a'.repeat(200_000)
    expect(redactor.text(plain)).toBe(plain)
  })
})

describe('personal data', () => {
  test.for<[fact: string, plain: string, redacted: string]>([
    ['a card', 'pay 4111111111111111 now', 'pay [redacted:payment-card:…] now'],
    ['a card in groups', '5555-5555-5555-4444', '[redacted:payment-card:…]'],
    [
      'a card after a year and before its code',
      '2026 4111 1111 1111 1111 123',
      '2026 [redacted:payment-card:…] 123',
    ],
    ['a card of 15 digits', '3782 822463 10005.', '[redacted:payment-card:…].'],
    ['a wrong check digit is no card', '4111111111111112', '4111111111111112'],
    ['a length that nobody issues is no card', '411111111111116', '411111111111116'],
    ['a fraction is no card', '0.4111111111111111', '0.4111111111111111'],
    ['an IBAN', 'to GB82WEST12345698765432.', 'to [redacted:iban:…].'],
    ['an IBAN in groups, before a word', 'DE89 3704 0044 0532 0130 00 and', '[redacted:iban:…] and'],
    ['an IBAN after what begins like one', 'no12 GB82 WEST 1234 5698 7654 32', 'no12 [redacted:iban:…]'],
    ['wrong check digits are no IBAN', 'GB83WEST12345698765432', 'GB83WEST12345698765432'],
    ['an address', 'ask ana.b+c@mail.example.org!', 'ask [redacted:email:…]!'],
    ['an address after an escaped line break', 'x\\nana@mail.example', 'x\\n[redacted:email:…]'],
    ['a package is no address', '@scope/pkg@1.2.3 a@b', '@scope/pkg@1.2.3 a@b'],
    ['a phone number', 'call +49 (0)30 1234-567.', 'call [redacted:phone:…].'],
    ['digits without a plus are no phone number', '030 1234567, 1+12345678', '030 1234567, 1+12345678'],
    ['after an escaped line break', 'x\\n4111111111111111', 'x\\n[redacted:payment-card:…]'],
  ])('%s', ([, plain, redacted]) => {
    expect(text(personal, plain)).toBe(redacted)
    expect(json(personal, JSON.stringify({ a: plain }))).toBe(JSON.stringify({ a: redacted }))
  })

  it('is found in numbers too', () => {
    expect(json(personal, '{"card":4111111111111111,"n":[4111111111111112, 5555555555554444 ],"":1}')).toBe(
      '{"card":"[redacted:payment-card:…]","n":[4111111111111112, "[redacted:payment-card:…]" ],"":1}',
    )
    expect(json(personal, '4111111111111111')).toBe('"[redacted:payment-card:…]"')
  })

  it('is kept where nobody asked', () => {
    const plain = '4111111111111111 GB82WEST12345698765432 ana@mail.example +49301234567'
    expect(tickets.text(plain)).toBe(plain)
  })
})

describe('names of a user', () => {
  test.for<[fact: string, source: string, redacted: string]>([
    ['a value', '{"ssn":"078-05-1120","x":"y"}', '{"ssn":"[redacted:ssn:…]","x":"y"}'],
    [
      'a number, a list',
      '{"ssn":78051120,"taxId":[1]}',
      '{"ssn":"[redacted:ssn:…]","taxId":"[redacted:tax-id:…]"}',
    ],
    [
      'longer names',
      '{"patientSsn":"x","TAX_ID":"y"}',
      '{"patientSsn":"[redacted:ssn:…]","TAX_ID":"[redacted:tax-id:…]"}',
    ],
    ['a name beside its value', '{"name":"SSN","value":"abc"}', '{"name":"SSN","value":"[redacted:ssn:…]"}'],
    ['a definition is kept', '{"ssn":{"type":"string"}}', '{"ssn":{"type":"string"}}'],
    ['a word that ends so is another', '{"classn":"abc","mapssn":1}', '{"classn":"abc","mapssn":1}'],
    [
      'text',
      '"ssn=abc1234 and geheimnis: a1b2c3d4"',
      '"ssn=[redacted:ssn:…] and geheimnis: [redacted:geheimnis:…]"',
    ],
    ['a name behind an escaped line break', '{"a":"x\\\\nssn=abc1234', '{"a":"x\\\\nssn=[redacted:ssn:…]'],
    ['an escaped name', '{"\\u0073sn":"abc"}', '{"\\u0073sn":"[redacted:ssn:…]"}'],
  ])('%s', ([, source, redacted]) => {
    expect(json(named, source)).toBe(redacted)
  })
})

describe('for any input', () => {
  const shards = fc.oneof(
    fc.constantFrom(
      'TCK-123456',
      'TCK-',
      'case ',
      'ab',
      'ssn',
      '=',
      ': ',
      '"',
      '\\',
      '\n',
      '4111111111111111',
    ),
    fc.constantFrom(
      '[redacted:jwt:0123456789ab]',
      '[redacted:',
      ']',
      'password=',
      'ana@mail.example',
      '+49301234567',
    ),
    fc.string({ maxLength: 6, unit: 'binary' }),
  )
  const jumble = fc.array(shards, { maxLength: 10 }).map((parts) => parts.join(''))
  const value = fc.oneof(jumble, fc.array(jumble), fc.dictionary(jumble, fc.oneof(jumble, fc.integer())))

  it('JSON stays JSON, redacting twice changes nothing, and no match is left', () => {
    fc.assert(
      fc.property(value, fc.nat({ max: 2 }), (value, depth) => {
        let source = JSON.stringify(value)
        for (let round = 0; round < depth; round++) source = JSON.stringify({ inner: source })
        const once = all.json(source)
        JSON.parse(once)
        expect(all.json(once)).toBe(once)
        expect(once).not.toMatch(/TCK-[0-9]{6}|yz/)
      }),
      { numRuns: 400 },
    )
  })

  it('redacting text twice changes nothing', () => {
    fc.assert(
      fc.property(jumble, (plain) => {
        const once = all.text(plain)
        expect(all.text(once)).toBe(once)
      }),
      { numRuns: 400 },
    )
  })
})
