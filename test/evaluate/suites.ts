import type { Case, Suite } from '../../src/domain/suite.ts'
import { toolset } from '../tools/servers.ts'

export function suiteOf(
  name: string,
  servers: readonly string[],
  cases: readonly Case[],
  policies: readonly string[] = [],
): Suite {
  return { name, file: `${name}.yaml`, toolset: toolset(servers), policies, cases, hash: '00' }
}
