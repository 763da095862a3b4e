/** As long as digits, dots and commas go on: `12` is no number of `12,5` or `1.2.3`. */
const token = /(?<![\w.,])[-−]?[.]?\d(?:[\d.,]*\d)?(?:[eE][-+]?\d+)?/gu

const english = /^(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?$/
/** Where it cannot be English: `12,5`, `1.234,5`, `1.234.567`. */
const decimalComma = /^(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$|^\d{1,3}(?:\.\d{3}){2,}$/

/** The numbers that a text names: `1,234.5`, `.5`, `−3`, `1e5`; with a decimal comma what cannot be read otherwise. */
export function numbersIn(text: string): readonly number[] {
  return (text.match(token) ?? []).flatMap((found) => readNumber(found) ?? [])
}

function readNumber(found: string): number | null {
  const [, sign = '', digits = '', exponent = ''] = /^([-−]?)([\d.,]+)(.*)$/u.exec(found) ?? []
  const plain = english.test(digits)
    ? digits.replaceAll(',', '')
    : decimalComma.test(digits)
      ? digits.replaceAll('.', '').replace(',', '.')
      : null
  return plain === null ? null : Number(`${sign && '-'}${plain}${exponent}`)
}
