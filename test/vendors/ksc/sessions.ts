import { randomBytes } from 'node:crypto'
import type { VirtualServer } from './virtual-server.ts'

export interface Session {
  readonly token: string
  readonly server: VirtualServer
  /** While a call of this session is being answered. */
  busy: boolean
  lastUsedAtMs: number
}

export interface Sessions {
  open(server: VirtualServer): Session
  /** The session while it lives, which this prolongs; null once it was ended, has idled too long or lost its server. */
  find(token: string): Session | null
  end(token: string): void
  endAll(): void
  readonly count: number
}

export interface SessionRules {
  /** Whose sessions they are; their tokens tell. */
  user: string
  idleSeconds: number
  nowMs: () => number
  opensSessions: (server: VirtualServer) => boolean
}

export function createSessions({ user, idleSeconds, nowMs, opensSessions }: SessionRules): Sessions {
  const sessions = new Map<string, Session>()

  const lives = ({ busy, lastUsedAtMs, server }: Session) =>
    opensSessions(server) && (busy || nowMs() - lastUsedAtMs < idleSeconds * 1000)

  return {
    open(server) {
      const token = Buffer.from(`${randomBytes(16).toString('hex')} ${user}`).toString('base64')
      const session = { token, server, busy: false, lastUsedAtMs: nowMs() }
      sessions.set(token, session)
      return session
    },
    find(token) {
      const session = sessions.get(token)
      if (!session) return null
      if (!lives(session)) {
        sessions.delete(token)
        return null
      }
      session.lastUsedAtMs = nowMs()
      return session
    },
    end: (token) => void sessions.delete(token),
    endAll: () => sessions.clear(),
    get count() {
      return [...sessions.values()].filter(lives).length
    },
  }
}

/** Whose session a token is, whether or not it still lives; empty for what is no token. */
export function userOfToken(token: string): string {
  return Buffer.from(token, 'base64').toString('utf8').split(' ').slice(1).join(' ')
}
