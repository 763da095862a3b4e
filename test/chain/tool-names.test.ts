import { expect, test } from 'vitest'
import { fitNames } from '../../src/chain/tool-names.ts'

const servers = new Set(['bug-tracker', 'files', 'read'])

test.for([
  ['mcp__bug-tracker__lookup_id', 2],
  ['mcp_bug_tracker_lookup_id', 2],
  ['bug_tracker_lookup_id', 2],
  ['bug-tracker-lookup_id', 2],
  ['bug-tracker.lookup_id', 2],
  ['bug-tracker/lookup_id', 2],
  ['lookup_id', 1],
  ['mcp__Jira__lookup_id', 1],
  ['files__lookup_id', 0],
  ['mcp__bug-tracker__lookup', 0],
  ['xlookup_id', 0],
  ['', 0],
] as const)('%s for bug-tracker/lookup_id: %d', ([decided, fit]) => {
  expect(fitNames(decided, { server: 'bug-tracker', tool: 'lookup_id' }, servers)).toBe(fit)
})

test('a tool whose name is nothing but signs fits no name', () => {
  expect(fitNames('files__', { server: 'files', tool: '' }, servers)).toBe(0)
})
