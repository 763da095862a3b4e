import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What lives as long as a client's session: one that is named, else its connection. */
export interface SessionsByClient<T> {
  /** The session of that name, else that of the connection; opened where there is none. */
  of(incoming: IncomingMessage, name: string | null, open: () => T): T
  /** From now on the session of this connection is known by a name, and outlives the connection. */
  rename(incoming: IncomingMessage, name: string): void
  end(name: string): void
  close(): void
}

/** Named ones beyond this many: the one that was idle for longest ends. */
const limit = 10_000

export function sessionsByClient<T>(close: (session: T) => void): SessionsByClient<T> {
  const byName = new Map<string, T>()
  const bySocket = new Map<Socket, T>()

  function ofSocket({ socket }: IncomingMessage, open: () => T): T {
    const known = bySocket.get(socket)
    if (known) return known
    const session = open()
    bySocket.set(socket, session)
    socket.once('close', () => {
      const own = bySocket.get(socket)
      bySocket.delete(socket)
      if (own) close(own)
    })
    return session
  }

  function remember(name: string, session: T): void {
    byName.delete(name)
    byName.set(name, session)
    const [oldest] = byName.keys()
    if (byName.size > limit && oldest !== undefined) end(oldest)
  }

  function end(name: string): void {
    const session = byName.get(name)
    if (byName.delete(name) && session) close(session)
  }

  return {
    of(incoming, name, open) {
      if (name === null) return ofSocket(incoming, open)
      const session = byName.get(name) ?? open()
      remember(name, session)
      return session
    },
    rename({ socket }, name) {
      const session = bySocket.get(socket)
      if (!session || byName.has(name)) return
      bySocket.delete(socket)
      remember(name, session)
    },
    end,
    close() {
      for (const session of [...byName.values(), ...bySocket.values()]) close(session)
      byName.clear()
      bySocket.clear()
    },
  }
}
