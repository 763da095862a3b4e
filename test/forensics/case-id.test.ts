import { expect, test } from 'vitest'
import { caseId } from '../../src/forensics/case-id.ts'

test('an id is the first words of a prompt, up to the first that does not fit', () => {
  const prompt = `Which port does the ${'very'.repeat(8)} service listen on?`
  expect(caseId(prompt, 'abc', new Set())).toBe('which-port-does-the')
})

test('an id that is taken gets a number', () => {
  expect(caseId('Which port?', 'abc', new Set(['which-port', 'which-port-2']))).toBe('which-port-3')
  expect(caseId('¿?', '0123456789', new Set())).toBe('chain-01234567')
})
