import { expect } from 'vitest'
import type { Home } from '../../src/journal/home.ts'
import { all } from './recorded-home.ts'
import { rawDatabase } from './rollups.ts'

/** What tells a row of each table that ingest writes. */
const ids = {
  entries: 'log, seq',
  bodies: 'digest',
  spans: 'span',
  chain_index: 'span',
  chain_aliases: 'chain, link',
  links: 'id',
  policy_decisions: 'span',
  runs: 'run, event',
  trials: 'trial',
  scores: 'trial, grader',
  gates: 'gate',
}

export async function expectNothingTwice(home: Home): Promise<void> {
  const database = await rawDatabase(home)
  try {
    for (const [table, id] of Object.entries(ids)) {
      const sql = `SELECT '${table}' AS table, ${id} FROM ${table} GROUP BY ${id} HAVING count() > 1 LIMIT 3`
      expect(await all(database.select<object>(sql, {}))).toEqual([])
    }
  } finally {
    await database.close()
  }
}
