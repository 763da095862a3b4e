import type { Tool } from '../domain/tool.ts'
import { InfrastructureError } from '../errors.ts'
import type { Connection } from './connection.ts'

/** A server that runs when somebody needs it: started at the first call, and again at the next one after it has died. */
export interface LazyServer {
  connection(): Promise<Connection>
  listTools(): Promise<readonly Tool[]>
  close(): Promise<void>
}

export function lazyServer(name: string, start: () => Promise<Connection>): LazyServer {
  let running: Connection | null = null
  let starting: Promise<Connection> | null = null
  let closed = false

  async function startOnce(): Promise<Connection> {
    try {
      running = await start()
      return running
    } finally {
      starting = null
    }
  }

  async function connection(): Promise<Connection> {
    // A call that comes late, after its trial was given up, must not start what nobody would end.
    if (closed) throw new InfrastructureError('server_closed', `server ${name} was already closed`)
    if (running?.alive) return running
    starting ??= startOnce()
    return starting
  }

  return {
    connection,
    listTools: async () => (await connection()).listTools(),
    async close() {
      closed = true
      await starting?.catch(() => null)
      await running?.close()
    },
  }
}
