import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** Who asks: a name and a connection mean something within one principal only. */
export interface Client {
  readonly incoming: IncomingMessage
  readonly principal: string
}

/** What lives as long as a client's session: one that is named, else its connection. */
export interface SessionsByClient<T> {
  /** The session of that name, else that of the connection; opened where there is none. */
  of(client: Client, name: string | null, open: () => T): T
  /** Whether the principal has a session of that name. */
  has(principal: string, name: string): boolean
  /** From now on the session of this connection is known by a name, and outlives the connection. */
  rename(client: Client, name: string): void
  end(principal: string, name: string): void
  close(): void
}

/** Named ones beyond this many: the one that was idle for longest ends. */
const limit = 10_000
/** Of one connection: that of a proxy in front may never end, and whoever came by it once has not said goodbye. */
const limitOfConnection = 1_000

export function sessionsByClient<T>(close: (session: T) => void): SessionsByClient<T> {
  const byName = new Map<string, T>()
  /** By connection, then by principal: a proxy in front may send those of many through one. */
  const bySocket = new Map<Socket, Map<string, T>>()

  function ofSocket({ incoming: { socket }, principal }: Client, open: () => T): T {
    const here = bySocket.get(socket) ?? new Map<string, T>()
    const known = here.get(principal)
    if (known !== undefined) return keep(here, principal, known)
    if (!bySocket.has(socket)) {
      bySocket.set(socket, here)
      socket.once('close', () => {
        bySocket.delete(socket)
        for (const session of here.values()) close(session)
      })
    }
    return keep(here, principal, open())
  }

  function keep(here: Map<string, T>, principal: string, session: T): T {
    here.delete(principal)
    here.set(principal, session)
    const oldest = here.size > limitOfConnection ? first(here) : undefined
    if (oldest === undefined) return session
    here.delete(oldest[0])
    close(oldest[1])
    return session
  }

  function remember(key: string, session: T): void {
    byName.delete(key)
    byName.set(key, session)
    const oldest = byName.size > limit ? first(byName) : undefined
    if (oldest !== undefined) end(oldest[0])
  }

  function end(key: string): void {
    const session = byName.get(key)
    if (byName.delete(key) && session) close(session)
  }

  return {
    of(client, name, open) {
      if (name === null) return ofSocket(client, open)
      const key = keyOf(client.principal, name)
      const session = byName.get(key) ?? open()
      remember(key, session)
      return session
    },
    has: (principal, name) => byName.has(keyOf(principal, name)),
    rename({ incoming, principal }, name) {
      const here = bySocket.get(incoming.socket)
      const session = here?.get(principal)
      const key = keyOf(principal, name)
      if (!session || byName.has(key)) return
      here?.delete(principal)
      remember(key, session)
    },
    end: (principal, name) => end(keyOf(principal, name)),
    close() {
      const ofSockets = [...bySocket.values()].flatMap((here) => [...here.values()])
      for (const session of [...byName.values(), ...ofSockets]) close(session)
      byName.clear()
      bySocket.clear()
    },
  }
}

function first<T>(map: ReadonlyMap<string, T>): readonly [string, T] | undefined {
  const [entry] = map
  return entry
}

function keyOf(principal: string, name: string): string {
  return JSON.stringify([principal, name])
}
