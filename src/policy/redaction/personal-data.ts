import type { RedactionRules } from '../../domain/redactor.ts'
import type { Span } from './span.ts'

type Kind = RedactionRules['detect'][number]

interface PersonalData {
  /** Without it there is none; sought far faster than the pattern. */
  readonly mark: string
  /** Where one may stand. Linear: no run is unbounded, and none can start inside itself. */
  readonly pattern: RegExp
  /** How many UTF-16 units of the match are one; 0 where it is none. */
  readonly lengthOf: (match: string) => number
}

/** Not inside a word, but for an escaped line break, whose letter touches what follows. */
const edge = String.raw`(?:(?<![A-Za-z0-9]|\d\.)|(?<=\\[nrt]))`

/** Each is proven by its check digits, or by a rule that leaves little to chance. */
const personalData: Readonly<Record<Kind, PersonalData>> = {
  'payment-card': {
    mark: '',
    // In one run, or in groups as they are printed: 4-4-4-4 and on, 4-6-5, 4-6-4.
    pattern: new RegExp(
      String.raw`${edge}(?:\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![A-Za-z0-9]|\.\d)`,
      'g',
    ),
    lengthOf: cardLength,
  },
  iban: {
    mark: '',
    pattern: new RegExp(String.raw`${edge}[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}`, 'g'),
    lengthOf: ibanLength,
  },
  email: {
    mark: '@',
    pattern:
      /(?:(?<![\p{L}\p{N}._%+-]|\\(?=[nrt]))|(?<=\\[nrt]))[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
    lengthOf: (match) => match.length,
  },
  phone: {
    mark: '+',
    // As ITU E.164 has it: `+`, the code of a country, at most 15 digits; between them a mark, or a bracketed group.
    pattern: /(?:(?<![\w)+.])|(?<=\\[nrt]))\+[1-9](?:[ ./-]?\(?\d\)?){7,14}(?!\d)/g,
    lengthOf: (match) => match.length,
  },
}

/** Personal data of these kinds, in order of the kinds. */
export function findPersonalData(text: string, kinds: readonly Kind[]): readonly Span[] {
  return kinds.flatMap((kind) => findKind(text, kind))
}

function findKind(text: string, kind: Kind): readonly Span[] {
  const { mark, pattern, lengthOf } = personalData[kind]
  const spans: Span[] = []
  if (!text.includes(mark)) return spans
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const length = lengthOf(match[0])
    if (length > 0) spans.push({ start: match.index, end: match.index + length, kind })
    // What was none may have begun too early.
    pattern.lastIndex = match.index + Math.max(length, 1)
  }
  return spans
}

/** Three digits after it are none of it as often as they are. */
function cardLength(match: string): number {
  const shorter = match.replace(/[ -]\d{1,3}$/, '')
  return [match, shorter].find(isCard)?.length ?? 0
}

function isCard(number: string): boolean {
  const digits = number.replace(/\D/g, '')
  return issued.test(digits) && isLuhn(digits)
}

/** Prefixes and lengths that payment networks have given out (ISO/IEC 7812). */
const issued =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{4}|222[1-9]\d\d|22[3-9]\d{3}|2[3-6]\d{4}|27[01]\d{3}|2720\d\d)\d{10}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12,15}|(?:6011|64[4-9]\d|65\d\d|62\d\d)\d{12,15}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15})$/

/** The check digit of ISO/IEC 7812-1. */
function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

/** By country, from the registry of ISO 13616. */
const ibanLengths = new Map(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** The match may run on into the words after it: the country says where the number ends. */
function ibanLength(match: string): number {
  const length = ibanLengths.get(match.slice(0, 2).toUpperCase())
  if (length === undefined) return 0
  const [number = ''] = new RegExp(`^(?: ?[A-Za-z0-9]){${length}}(?![A-Za-z0-9])`).exec(match) ?? []
  return number !== '' && isMod97(number.replaceAll(' ', '')) ? number.length : 0
}

/** The check digits of ISO 13616, by ISO/IEC 7064 MOD 97-10. */
function isMod97(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4)
  let rest = 0
  for (const char of turned)
    for (const digit of String(Number.parseInt(char, 36))) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}
