/** As long as digits, dots and commas go on: `12` is no number of `12,5` or `1.2.3`. */
const token = /(?:(?<![\w.,])|(?<=\d,)(?=[-−]))[-−]?[.]?\d(?:[\d.,]*\d)?(?:[eE][-+]?\d+)?/gu

const english = /^(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:\.\d+)?$/
/** Where it cannot be English: `12,5`, `0,125`, `1.234,5`, `1.234.567`. */
const decimalComma = /^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+$|^[1-9]\d{0,2}(?:\.\d{3}){2,}$/
const plainNumber = /^\d*\.?\d+$/

/**
 * The numbers that a text names: `1,234.5`, `.5`, `−3`, `1e5`; with a decimal comma what cannot be read otherwise. Other
 * commas stand between numbers: `48.8566,2.3522`, `2,3,5`, `[1,2]`. Versions and IP addresses are none.
 */
export function numbersIn(text: string): readonly number[] {
  return Array.from(text.matchAll(token)).flatMap(({ 0: found, index }) => {
    const around = `${text[index - 1]}${text[index + found.length]}`
    return readNumbers(found, ['[]', '()', '{}'].includes(around))
  })
}

/** `isList`: all that stands in a pair of brackets. */
function readNumbers(found: string, isList: boolean): readonly number[] {
  const [, sign = '', digits = '', exponent = ''] = /^([-−]?)([\d.,]+)(.*)$/u.exec(found) ?? []
  const plain = plainForm(digits, isList)
  const parts = plain === null ? digits.split(',') : [plain]
  return parts.flatMap((part, index) => {
    if (!plainNumber.test(part)) return []
    const power = index === parts.length - 1 ? exponent : ''
    return Number(`${index === 0 && sign ? '-' : ''}${part}${power}`)
  })
}

/** With a decimal point and nothing else; null for what is not one number. */
function plainForm(digits: string, isList: boolean): string | null {
  if (english.test(digits)) return digits.replaceAll(',', '')
  const isOne = decimalComma.test(digits) && !isAddress(digits) && !(isList && digits.includes(','))
  return isOne ? digits.replaceAll('.', '').replace(',', '.') : null
}

function isAddress(digits: string): boolean {
  const parts = digits.split('.')
  return parts.length === 4 && parts.every((part) => Number(part) < 256)
}
