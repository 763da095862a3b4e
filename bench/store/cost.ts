/** What one run of something took: CPU time of the whole process, the engine's threads included, and wall time. */
export interface Cost {
  readonly cpuMs: number
  readonly wallMs: number
}

export async function costOf(act: () => Promise<unknown>): Promise<Cost> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  await act()
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - wall }
}

/** The median of each, over rounds that take every case once, in an order that turns from round to round. */
export async function medianCosts<Name extends string>(
  rounds: number,
  cases: Readonly<Record<Name, (round: number) => Promise<unknown>>>,
): Promise<Readonly<Record<Name, Cost>>> {
  const names = Object.keys(cases) as Name[]
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [index] of names.entries()) {
      const name = names[(index + round) % names.length] as Name
      costs.get(name)?.push(await costOf(() => cases[name](round)))
    }
  const medians = names.map((name) => [name, medianOf(costs.get(name) ?? [])] as const)
  return Object.fromEntries(medians) as Record<Name, Cost>
}

export function medianOf(costs: readonly Cost[]): Cost {
  const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
  return {
    cpuMs: middle(costs.map(({ cpuMs }) => cpuMs)),
    wallMs: middle(costs.map(({ wallMs }) => wallMs)),
  }
}
