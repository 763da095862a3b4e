import { InvalidArgumentError } from 'commander'

export const chainSources: readonly string[] = ['recorded', 'trial']

export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value]
}

/** A value of which none would be none at all: a filter, a name. */
export function words(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('it is empty')
  return text
}

export function integer(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('expected a whole number')
  return value
}

export function portNumber(text: string): number {
  const value = integer(text)
  if (value < 0 || value > 65_535) throw new InvalidArgumentError('expected 0 to 65535')
  return value
}

export function tier(text: string): number {
  const value = integer(text)
  if (value < 1 || value > 5) throw new InvalidArgumentError('expected 1 to 5')
  return value
}

export function count(text: string): number {
  const value = integer(text)
  if (value < 1) throw new InvalidArgumentError('expected a whole number from 1 on')
  return value
}

export function dollars(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('expected dollars, as 2.50')
  return value
}
