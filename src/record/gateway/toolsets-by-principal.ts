import type { LiveToolset } from '../../tools/live-toolset.ts'
import type { Caller } from './caller.ts'

/** Opens the servers for one principal; `current` is who called last on its behalf, with the token of that time. */
export type OpenToolset = (current: () => Caller) => LiveToolset

export interface ToolsetsByPrincipal {
  /** The servers as they are for this caller's principal, and for no other: who they are asked for, they may remember. */
  of(caller: Caller): LiveToolset
  close(): Promise<void>
}

interface Opened {
  readonly tools: LiveToolset
  caller: Caller
  /** Under way. */
  calls: number
}

/** Beyond this many the one that was idle for longest is closed; its servers run again when its principal comes back. */
const limit = 100

export function toolsetsByPrincipal(open: OpenToolset, onListChanged: () => void): ToolsetsByPrincipal {
  /** The one that was idle for longest first. */
  const opened = new Map<string, Opened>()

  function begin(caller: Caller): Opened {
    const own: Opened = { tools: open(() => own.caller), caller, calls: 0 }
    own.tools.onListChanged(onListChanged)
    return own
  }

  function reach(caller: Caller): Opened {
    const own = opened.get(caller.principal) ?? begin(caller)
    opened.delete(caller.principal)
    opened.set(caller.principal, own)
    if (opened.size > limit) closeIdle()
    return own
  }

  function closeIdle(): void {
    for (const [principal, { calls, tools }] of opened) {
      if (calls > 0) continue
      opened.delete(principal)
      void tools.close()
      return
    }
  }

  return {
    of(caller) {
      reach(caller).caller = caller
      return {
        get serverVersions() {
          return reach(caller).tools.serverVersions
        },
        listTools: (context) => reach(caller).tools.listTools(context),
        async callTool(call, context) {
          const own = reach(caller)
          own.calls += 1
          try {
            return await own.tools.callTool(call, context)
          } finally {
            own.calls -= 1
          }
        },
        onListChanged: (listener) => reach(caller).tools.onListChanged(listener),
        // It is its principal's, not that of one session.
        close: async () => {},
      }
    },
    async close() {
      await Promise.all(Array.from(opened.values(), ({ tools }) => tools.close()))
    },
  }
}
