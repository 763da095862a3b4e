import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Case, ToolsetDefinition } from '../domain/suite.ts'

type Played = Pick<Case, 'setup' | 'teardown' | 'fixtures' | 'budget' | 'recording'>
type Shown = Pick<ToolsetDefinition, 'servers' | 'cassette' | 'curated' | 'composite'>

/**
 * SHA-256, in hex, over all that a trial is played with, beside what the user says, as far as suites and calltrail.yaml say
 * it: the tools as the exposure picks them, what is laid out and called around the trial, what answers, and how much it
 * may take. What servers are, and what is in their workspace, is not in it.
 */
export function settingHash(
  { setup, teardown, fixtures, budget, recording }: Played,
  { servers, cassette, curated, composite }: Shown,
  exposure: string,
): string {
  const setting = {
    setup,
    teardown,
    fixtures,
    budget,
    recording,
    servers,
    miss: cassette?.miss,
    ...(exposure === 'curated' && { curated }),
    ...(exposure === 'composite' && { composite }),
  }
  return hash('sha256', canonicalize(setting) ?? '')
}
